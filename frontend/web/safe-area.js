// A web site has no notches to keep clear of: its pages are as they are, in no box of their own.
export const SafeAreaProvider = ({ children }) => children
