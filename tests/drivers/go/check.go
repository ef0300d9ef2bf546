// gocql does what a session store does; see ../README.md.
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/gocql/gocql"
)

var (
	contact     = flag.String("contact", "", "")
	port        = flag.Int("port", 9042, "")
	version     = flag.Int("version", 4, "")
	dc          = flag.String("dc", "", "")
	nodes       = flag.Int("nodes", 0, "")
	datacenters = flag.Int("datacenters", 0, "")
	user        = flag.String("user", "", "")
	password    = flag.String("password", "", "")
)

func ok(format string, args ...interface{}) { fmt.Printf("ok "+format+"\n", args...) }

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func check(condition bool, what string, args ...interface{}) {
	if !condition {
		log.Fatalf(what, args...)
	}
}

func waitUntil(condition func() bool, what string) {
	deadline := time.Now().Add(30 * time.Second)
	for !condition() {
		check(time.Now().Before(deadline), "timed out: %s", what)
		time.Sleep(50 * time.Millisecond)
	}
}

// events remembers what the host selection policy is told of hosts: events reach it.
type events struct {
	gocql.HostSelectionPolicy
	mu    sync.Mutex
	seen  []string
	hosts map[string]string // data centre by address
	ids   map[string]string // host id by address
}

func (e *events) AddHost(host *gocql.HostInfo) {
	e.mu.Lock()
	e.hosts[host.ConnectAddress().String()] = host.DataCenter()
	e.ids[host.ConnectAddress().String()] = host.HostID()
	e.mu.Unlock()
	e.HostSelectionPolicy.AddHost(host)
}

func (e *events) count() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.hosts)
}

func (e *events) datacenters() map[string]bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	names := map[string]bool{}
	for _, dc := range e.hosts {
		names[dc] = true
	}
	return names
}

func (e *events) note(what string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.seen = append(e.seen, what)
}

func (e *events) has(what string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, s := range e.seen {
		if s == what {
			return true
		}
	}
	return false
}

func (e *events) HostUp(host *gocql.HostInfo) {
	if e.has("down") {
		e.note("up")
	}
	e.HostSelectionPolicy.HostUp(host)
}

func (e *events) HostDown(host *gocql.HostInfo) {
	e.note("down")
	e.HostSelectionPolicy.HostDown(host)
}

// connect opens a session that survives a connection closed under a query: the next host answers.
func connect() (*gocql.Session, *events) {
	cluster := gocql.NewCluster(*contact)
	cluster.Port = *port
	cluster.ProtoVersion = *version
	cluster.Timeout = 20 * time.Second
	cluster.ConnectTimeout = 5 * time.Second
	cluster.Consistency = gocql.LocalQuorum
	cluster.ReconnectInterval = time.Second
	policy := &events{hosts: map[string]string{}, ids: map[string]string{}, HostSelectionPolicy: gocql.TokenAwareHostPolicy(gocql.DCAwareRoundRobinPolicy(*dc))}
	cluster.PoolConfig.HostSelectionPolicy = policy
	cluster.RetryPolicy = &gocql.SimpleRetryPolicy{NumRetries: 3}
	if *user != "" {
		cluster.Authenticator = gocql.PasswordAuthenticator{Username: *user, Password: *password}
	}
	session, err := cluster.CreateSession()
	must(err)
	return session, policy
}

func main() {
	flag.Parse()
	session, policy := connect()
	ok("connected with protocol version %d", *version)

	waitUntil(func() bool { return policy.count() == *nodes }, "all nodes discovered")
	names := policy.datacenters()
	check(len(names) == *datacenters, "%v", names)
	ok("discovered %d nodes in %d data centres", policy.count(), len(names))

	factor := *nodes / *datacenters
	if factor > 3 {
		factor = 3
	}
	var factors []string
	for n := range names {
		factors = append(factors, fmt.Sprintf("'%s': %d", n, factor))
	}
	must(session.Query("CREATE KEYSPACE IF NOT EXISTS go WITH replication = {'class': 'NetworkTopologyStrategy', " +
		strings.Join(factors, ", ") + "}").Exec())
	must(session.Query("CREATE TABLE IF NOT EXISTS go.values (key text PRIMARY KEY, value blob)").Exec())
	must(session.AwaitSchemaAgreement(context.Background()))
	metadata, err := session.KeyspaceMetadata("go")
	must(err)
	check(len(metadata.Tables["values"].Columns) == 2, "%v", metadata.Tables)
	ok("schema created and described")

	read := func(key string) ([]byte, int, error) {
		var value []byte
		var ttl int
		err := session.Query("SELECT value, TTL(value) FROM go.values WHERE key = ?", key).Idempotent(true).Scan(&value, &ttl)
		return value, ttl, err
	}
	write := func(key string, value []byte, ttl int) error {
		return session.Query("INSERT INTO go.values (key, value) VALUES (?, ?) USING TTL ?", key, value, ttl).Idempotent(true).Exec()
	}
	began := time.Now()
	for i := 0; i < 50; i++ {
		must(write(fmt.Sprintf("k%d", i), []byte(strings.Repeat("v", i)), 1000))
	}
	for i := 0; i < 50; i++ {
		value, ttl, err := read(fmt.Sprintf("k%d", i))
		must(err)
		passed := time.Since(began).Seconds() // of which the lab's clock makes three times as much, at most
		check(len(value) == i && float64(ttl) >= 998-3*passed && ttl <= 1000, "%d %d after %f s", len(value), ttl, passed)
	}
	must(session.Query("DELETE FROM go.values WHERE key = ?", "k0").Consistency(gocql.EachQuorum).Exec())
	_, _, err = read("k0")
	check(err == gocql.ErrNotFound, "%v", err)
	ok("prepared; written with TTL, read at LOCAL_QUORUM, deleted at EACH_QUORUM")

	var state []byte
	keys := map[string]bool{}
	pages := 0
	for more := true; more; more = len(state) > 0 {
		iter := session.Query("SELECT key FROM go.values").PageSize(10).PageState(state).Iter()
		state = iter.PageState()
		var key string
		for i := iter.NumRows(); i > 0 && iter.Scan(&key); i-- {
			keys[key] = true
		}
		must(iter.Close())
		pages++
	}
	check(len(keys) == 49 && pages == 5, "%d keys in %d pages", len(keys), pages)
	ok("read in pages of 10, and on from a page's state")

	var mu sync.Mutex
	var failures []string
	stop := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
			}
			if _, _, err := read("k1"); err != nil {
				mu.Lock()
				failures = append(failures, err.Error())
				mu.Unlock()
			}
		}
	}()
	fmt.Println("ready")
	input := bufio.NewReader(os.Stdin)
	goOn := func() {
		line, err := input.ReadString('\n')
		must(err)
		check(strings.TrimSpace(line) == "go on", "%q", line)
	}
	goOn()
	waitUntil(func() bool { return policy.has("down") }, "a DOWN was seen")
	waitUntil(func() bool { return policy.has("up") }, "an UP was seen")
	close(stop)
	<-done
	fmt.Println("failures", len(failures), failures)
	check(len(failures) == 0, "%v", failures)
	for i := 0; i < 50; i++ {
		key := fmt.Sprintf("after%d", i)
		must(write(key, []byte("x"), 0))
		value, _, err := read(key)
		must(err)
		check(string(value) == "x", "%q", value)
	}
	ok("survived a reboot: %v", []string{"down", "up"})

	fmt.Println("ready to reimage")
	goOn()
	changed := 0
	waitUntil(func() bool {
		fresh, now := connect() // the driver reads who its hosts are when it connects
		waitUntil(func() bool { return now.count() >= *nodes-1 }, "nodes discovered anew")
		fresh.Close()
		changed = 0
		now.mu.Lock()
		defer now.mu.Unlock()
		for address, id := range policy.ids {
			if other := now.ids[address]; other != "" && other != id {
				changed++
			}
		}
		return changed > 0
	}, "a host id has changed")
	check(changed == 1, "%d host ids have changed", changed)
	for i := 0; i < 50; i++ {
		value, _, err := read(fmt.Sprintf("after%d", i))
		must(err)
		check(string(value) == "x", "%q", value)
	}
	ok("a reimaged node is at its address under a new host id")
	session.Close()
	fmt.Println("done")
}
