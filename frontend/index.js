// Before the router, which shows a page as soon as it hears of Back: events of the window are heard in the order in which it was asked.
import "./src/scroll"
import "expo-router/entry"
