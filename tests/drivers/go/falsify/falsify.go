// gocql with its default policies (no retries) under load: how many requests fail, and in which words; see ../../README.md.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"log"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/gocql/gocql"
)

type tally struct {
	mu          sync.Mutex
	ok          int
	unavailable int
	others      map[string]int
}

func (t *tally) count(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case err == nil || err == gocql.ErrNotFound:
		t.ok++
	case err.Error() == "Cannot achieve consistency level LOCAL_QUORUM":
		t.unavailable++
	default:
		t.others[err.Error()]++
	}
}

func (t *tally) take() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	others := 0
	for _, n := range t.others {
		others += n
	}
	line := fmt.Sprintf("ok %d unavailable %d others %d %v", t.ok, t.unavailable, others, t.others)
	t.ok, t.unavailable, t.others = 0, 0, map[string]int{}
	return line
}

func main() {
	contact := flag.String("contact", "", "")
	port := flag.Int("port", 9042, "")
	dc := flag.String("dc", "", "")
	flag.Parse()
	cluster := gocql.NewCluster(*contact)
	cluster.Port = *port
	cluster.ProtoVersion = 4
	cluster.Consistency = gocql.LocalQuorum
	cluster.Timeout = 12 * time.Second
	cluster.HostFilter = gocql.DataCentreHostFilter(*dc) // as the service: its own data centre alone
	session, err := cluster.CreateSession()
	if err != nil {
		log.Fatal(err)
	}
	for _, statement := range []string{
		"CREATE KEYSPACE IF NOT EXISTS kask WITH replication = {'class': 'NetworkTopologyStrategy', '" + *dc + "': 3}",
		"CREATE TABLE IF NOT EXISTS kask.values (key text PRIMARY KEY, value blob)",
	} {
		if err := session.Query(statement).Exec(); err != nil {
			log.Fatal(err)
		}
	}

	t := &tally{others: map[string]int{}}
	go func() {
		ticker := time.NewTicker(10 * time.Millisecond)
		for i := 0; ; i++ {
			<-ticker.C
			go func(i int) {
				key := fmt.Sprintf("session-%d", i%500)
				if i%10 < 3 {
					t.count(session.Query("INSERT INTO kask.values (key, value) VALUES (?, ?) USING TTL ?", key, []byte("v"), 86400).Exec())
					return
				}
				var value []byte
				var ttl int
				t.count(session.Query("SELECT value, TTL(value) FROM kask.values WHERE key = ?", key).Scan(&value, &ttl))
			}(i)
		}
	}()
	fmt.Println("ready")
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		name := strings.TrimSpace(lines.Text())
		if name == "end" {
			fmt.Println("done")
			return
		}
		fmt.Println("tally", name, t.take())
	}
}
