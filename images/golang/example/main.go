// A web server that knows nothing of polyfn: it listens on the port in PORT, as most platforms want it.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
	"runtime"
)

func main() {
	http.HandleFunc("/", answer)
	http.HandleFunc("/invoke", answer)
	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	log.Fatal(http.ListenAndServe(":"+port, nil))
}

func answer(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintf(w, "Hello from %s\n", runtime.Version())
}
