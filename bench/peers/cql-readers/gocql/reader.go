// reader does prepared reads through gocql as it is by default: a round a line on standard input.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"log"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gocql/gocql"
)

func main() {
	contact := flag.String("contact", "", "")
	port := flag.Int("port", 9042, "")
	inFlight := flag.Int("in-flight", 64, "")
	keys := flag.Int("keys", 10000, "")
	valueBytes := flag.Int("value-bytes", 1024, "")
	seconds := flag.Float64("seconds", 1.5, "")
	flag.Parse()

	cluster := gocql.NewCluster(*contact)
	cluster.Port = *port
	cluster.ProtoVersion = 4
	cluster.Timeout = 12 * time.Second
	session, err := cluster.CreateSession()
	if err != nil {
		log.Fatal(err)
	}
	defer session.Close()

	round := func(length float64) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		began := time.Now()
		over := began.Add(time.Duration(length * float64(time.Second)))
		var reads int64
		var all sync.WaitGroup
		for w := 0; w < *inFlight; w++ {
			all.Add(1)
			go func(next int) {
				defer all.Done()
				for ; time.Now().Before(over); next += *inFlight + 1 {
					var value []byte
					key := fmt.Sprintf("session-%08d", next%*keys)
					err := session.Query("SELECT value FROM kask.values WHERE key = ?", key).Consistency(gocql.LocalQuorum).Scan(&value)
					if err != nil || len(value) != *valueBytes {
						log.Fatalf("%v, %d bytes", err, len(value))
					}
					atomic.AddInt64(&reads, 1)
				}
			}(w)
		}
		all.Wait()
		runtime.ReadMemStats(&after)
		fmt.Printf("round %d %.4f %.1f\n", reads, time.Since(began).Seconds(), float64(after.TotalAlloc-before.TotalAlloc)/float64(reads))
	}

	round(2 * *seconds)
	fmt.Println("ready")
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		round(*seconds)
	}
}
