// A web server that knows nothing of polyfn: it runs behind the core as it is.
package main

import (
	"fmt"
	"log"
	"net/http"
	"runtime"
)

func main() {
	http.HandleFunc("/", answer)
	http.HandleFunc("/invoke", answer)
	log.Fatal(http.ListenAndServe(":8080", nil))
}

func answer(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintf(w, "Hello from %s\n", runtime.Version())
}
