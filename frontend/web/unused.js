// In the place of what no page of this site uses
module.exports = {}
