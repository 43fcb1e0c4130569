// CloudFront runs this before it looks for a file of the site: a route leads to the HTML file that Expo's static export
// wrote for it. "/" is /index.html, "/about" and "/about/" are /about.html; a path with an extension is a file already.
// A route that has no file is answered with 404: a page that does not exist should not look like one that does.

// Routes with a parameter have one file for all of their values: src/app/entries/[slug].tsx.
var dynamicRoutes = [{ route: /^\/entries\/[^/]+$/, file: "/entries/[slug].html" }]

function fileOf(uri) {
  var path = uri.replace(/\/+$/, "")
  if (path === "") return "/index.html"
  if (/\.[^/]*$/.test(path)) return uri
  var dynamic = dynamicRoutes.find(function (one) {
    return one.route.test(path)
  })
  return dynamic ? dynamic.file : path + ".html"
}

// eslint-disable-next-line no-unused-vars -- CloudFront calls it
function handler(event) {
  var request = event.request
  request.uri = fileOf(request.uri)
  return request
}
