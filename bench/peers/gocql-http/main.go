// gocql-http is a session service built as Kask is built: net/http in front, gocql behind, nothing between that retries,
// hedges or looks at coordinators' health. Holdfast is measured and falsified beside it.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go build -o gocql-http ./bench/peers/gocql-http
//	gocql-http -config kask.yaml
package main

import (
	"flag"
	"fmt"
	"log"
	"net/http"
	"os"
)

func main() {
	file := flag.String("config", "", "a Kask config.yaml; of its keys, those in config.go are read")
	tokenAware := flag.Bool("token-aware", false, "prefer replicas, which Kask does not")
	version := flag.Int("protocol", 4, "version of the native protocol: gocql's highest is 4")
	flag.Parse()

	settings, err := readSettings(*file)
	if err != nil {
		log.Fatalf("%s: %v", *file, err)
	}

	sessions, err := connect(settings, *tokenAware, *version)
	if err != nil {
		log.Fatalf("no session with the cluster: %v", err)
	}
	defer sessions.close()

	mux := http.NewServeMux()
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "{}") })
	address := fmt.Sprintf("%s:%d", settings.listenAddress, settings.listenPort)
	fmt.Fprintf(os.Stderr, "gocql-http: http://%s%s\n", address, settings.baseURI)
	log.Fatal(http.ListenAndServe(address, &service{settings.baseURI, settings.defaultTTL, sessions, mux}))
}
