// The console's pages are one file: `/` and `/console/...` answer it. Every other path is an asset
// or the API's, so that their own errors stay theirs.
function handler(event) {
  var request = event.request;
  if (request.uri === '/' || request.uri === '/console' || request.uri.indexOf('/console/') === 0) {
    request.uri = '/index.html';
  }
  return request;
}
