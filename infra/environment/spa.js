// CloudFront runs this for all but /api/*: before it looks for a file of the site (viewer-request), and before it answers
// (viewer-response). A route leads to the HTML file that Expo's static export wrote for it; a path with an extension is a file
// already, and so is all below /.well-known/. What is no page is answered with the site's own, and with 404.

// A deploy writes the pages of its release into the next line. Until then, /about is /about.html.
var site = null

// entries/[slug].html has all of /entries/…, docs/[...path].html all below /docs/.
function patternOf(page) {
  var parts = page.replace(/\.html$/, "").split("/")
  var patterns = parts.map(function (part) {
    if (/^\[\.\.\..+\]$/.test(part)) return ".+"
    return /^\[.+\]$/.test(part) ? "[^/]+" : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
  })
  return new RegExp("^" + patterns.join("/") + "$")
}

function decoded(path) {
  try {
    return decodeURIComponent(path)
    // eslint-disable-next-line no-unused-vars -- CloudFront's JavaScript wants a name
  } catch (error) {
    return path
  }
}

function encoded(page) {
  return "/" + page.split("/").map(encodeURIComponent).join("/")
}

function pageOf(route) {
  var own = [route + ".html", route + "/index.html"].find(function (page) {
    return site.pages.indexOf(page) >= 0
  })
  var dynamic =
    own ||
    site.dynamic.find(function (page) {
      return patternOf(page).test(route)
    })
  return dynamic || site.notFound
}

function fileOf(uri) {
  if (uri.indexOf("/.well-known/") === 0) return uri
  var path = uri.replace(/\/+$/, "")
  if (path === "") return "/index.html"
  if (/\.[^/]*$/.test(path)) return uri
  var page = site && pageOf(decoded(path.slice(1)))
  return page ? encoded(page) : path + ".html"
}

// eslint-disable-next-line no-unused-vars -- CloudFront calls it
function handler(event) {
  var request = event.request
  if (event.context.eventType === "viewer-response") {
    var isMissing = site && site.notFound && fileOf(request.uri) === encoded(site.notFound)
    if (isMissing && event.response.statusCode === 200) {
      event.response.statusCode = 404
      event.response.statusDescription = "Not Found"
    }
    return event.response
  }
  request.uri = fileOf(request.uri)
  return request
}
