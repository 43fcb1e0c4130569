// Pages that a phone's app shows in a web view tell it of their links. This site is in none.
const isTold = () => false
export const emitDomSetParams = isTold
export const emitDomDismiss = isTold
export const emitDomGoBack = isTold
export const emitDomDismissAll = isTold
export const emitDomLinkEvent = isTold
export const useDomComponentNavigation = () => {}
export const IS_DOM = false
