/** How many services, or images of services, are looked at or worked on at a time: a platform may have any number. */
export const servicesAtATime = { concurrency: 8 }
