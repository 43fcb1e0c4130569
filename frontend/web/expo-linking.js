// Links that another app opens this one by are addresses here, which the router has read already.
export const addEventListener = () => ({ remove() {} })
export const openURL = (url) => window.location.assign(url)
