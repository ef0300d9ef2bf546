// Which events reach gocql, and what it makes of them; see ../../README.md. Built with gocql's own tag gocql_debug, under which
// it logs every event's frame.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"log"
	"os"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/gocql/gocql"
)

var (
	contact = flag.String("contact", "", "")
	other   = flag.String("other", "", "")
	port    = flag.Int("port", 9042, "")
	version = flag.Int("version", 4, "")
)

var (
	topology = regexp.MustCompile(`\[topology_change change=(\S+) host=(\S+) port`)
	status   = regexp.MustCompile(`\[status_change change=(\S+) host=(\S+) port`)
	schema   = regexp.MustCompile(`\[event schema_change_keyspace change="(\S+)" keyspace="(\S+)"\]`)
)

// seen is gocql's logger: what it says of frames becomes events.
type seen struct {
	mu  sync.Mutex
	raw map[string]bool
}

func (s *seen) take(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for kind, pattern := range map[string]*regexp.Regexp{"TOPOLOGY_CHANGE": topology, "STATUS_CHANGE": status, "SCHEMA_CHANGE": schema} {
		if m := pattern.FindStringSubmatch(line); m != nil {
			s.raw[kind+" "+m[1]+" "+m[2]] = true
		}
	}
}

func (s *seen) has(event string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.raw[event]
}

func (s *seen) Print(v ...interface{})                 { s.take(fmt.Sprint(v...)) }
func (s *seen) Printf(format string, v ...interface{}) { s.take(fmt.Sprintf(format, v...)) }
func (s *seen) Println(v ...interface{})               { s.take(fmt.Sprintln(v...)) }

// hosts is what the driver's policy knows of them.
type hosts struct {
	gocql.HostSelectionPolicy
	mu sync.Mutex
	up map[string]bool
}

func (h *hosts) set(host *gocql.HostInfo, up bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.up[host.ConnectAddress().String()] = up
}

func (h *hosts) AddHost(host *gocql.HostInfo) {
	h.set(host, true)
	h.HostSelectionPolicy.AddHost(host)
}

func (h *hosts) RemoveHost(host *gocql.HostInfo) {
	h.mu.Lock()
	delete(h.up, host.ConnectAddress().String())
	h.mu.Unlock()
	h.HostSelectionPolicy.RemoveHost(host)
}

func (h *hosts) HostUp(host *gocql.HostInfo) {
	h.set(host, true)
	h.HostSelectionPolicy.HostUp(host)
}

func (h *hosts) HostDown(host *gocql.HostInfo) {
	h.set(host, false)
	h.HostSelectionPolicy.HostDown(host)
}

func (h *hosts) fits(count int, address string, state string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.up) == count && (state == "-" || h.up[address] == (state == "up"))
}

func connect(address string, policy gocql.HostSelectionPolicy, logger gocql.StdLogger) *gocql.Session {
	cluster := gocql.NewCluster(address)
	cluster.Port = *port
	cluster.ProtoVersion = *version
	cluster.Timeout = 10 * time.Second
	cluster.ConnectTimeout = 5 * time.Second
	cluster.Logger = logger
	cluster.PoolConfig.HostSelectionPolicy = policy
	session, err := cluster.CreateSession()
	if err != nil {
		log.Fatal(err)
	}
	return session
}

func main() {
	flag.Parse()
	events := &seen{raw: map[string]bool{}}
	gocql.Logger = events
	policy := &hosts{HostSelectionPolicy: gocql.RoundRobinHostPolicy(), up: map[string]bool{}}
	session := connect(*contact, policy, events)
	fmt.Println("ready")

	for input := bufio.NewScanner(os.Stdin); input.Scan(); {
		words := strings.Fields(input.Text())
		if words[0] != "create" && words[0] != "expect" {
			break
		}
		known := func() bool { return true }
		if words[0] == "create" {
			second := connect(*other, gocql.RoundRobinHostPolicy(), &seen{raw: map[string]bool{}})
			err := second.Query("CREATE KEYSPACE " + words[1] + " WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}").Exec()
			if err != nil {
				log.Fatal(err)
			}
			second.Close()
			known = func() bool { _, err := session.KeyspaceMetadata(words[1]); return err == nil }
		} else {
			var count int
			fmt.Sscan(words[4], &count)
			known = func() bool { return events.has(strings.Join(words[1:4], " ")) && policy.fits(count, words[3], words[5]) }
		}
		for deadline := time.Now().Add(40 * time.Second); !known(); time.Sleep(20 * time.Millisecond) {
			if time.Now().After(deadline) {
				log.Fatalf("timed out: %s; %v; %v", input.Text(), events.raw, policy.up)
			}
		}
		fmt.Println("seen " + strings.TrimSpace(input.Text()))
	}

	session.Close()
	fmt.Println("done")
}
