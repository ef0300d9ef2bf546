package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// settings are the keys of a Kask configuration that this program reads; it ignores the others.
type settings struct {
	listenAddress  string
	listenPort     int
	baseURI        string
	defaultTTL     int
	hosts          []string
	port           int
	keyspace       string
	table          string
	localDC        string
	queryTimeout   time.Duration
	connectTimeout time.Duration
	username       string
	password       string
}

// readSettings understands what Kask's files are made of: keys with scalars, sections by indentation, lists of dashes or
// in brackets. It is no YAML parser, so that nothing but gocql has to be installed.
func readSettings(path string) (*settings, error) {
	s := &settings{
		listenAddress: "localhost", listenPort: 8080, baseURI: "/v1/", defaultTTL: 86400,
		hosts: []string{"localhost"}, port: 9042, keyspace: "kask", table: "values",
		queryTimeout: 12 * time.Second, connectTimeout: 5 * time.Second,
	}
	if path == "" {
		return s, nil
	}

	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()

	type level struct {
		indent int
		name   string
	}
	var levels []level
	hostsGiven := false
	lines := bufio.NewScanner(file)
	for number := 1; lines.Scan(); number++ {
		text := strings.TrimRight(lines.Text(), " \r")
		if comment := strings.Index(" "+text, " #"); comment >= 0 {
			text = strings.TrimRight(text[:comment], " ")
		}
		word := strings.TrimLeft(text, " ")
		if word == "" || word == "---" {
			continue
		}

		indent := len(text) - len(word)
		if strings.HasPrefix(word, "- ") {
			if len(levels) > 0 && levels[len(levels)-1].name == "hosts" {
				if !hostsGiven {
					s.hosts, hostsGiven = nil, true
				}
				s.hosts = append(s.hosts, plain(word[2:]))
			}
			continue
		}

		colon := strings.Index(word, ":")
		if colon < 0 {
			return nil, fmt.Errorf("line %d: expected 'key: value'", number)
		}
		for len(levels) > 0 && levels[len(levels)-1].indent >= indent {
			levels = levels[:len(levels)-1]
		}
		levels = append(levels, level{indent, word[:colon]})
		names := make([]string, 0, len(levels))
		for _, l := range levels {
			names = append(names, l.name)
		}
		if value := plain(word[colon+1:]); value != "" {
			if err := s.set(strings.Join(names, "."), value); err != nil {
				return nil, fmt.Errorf("line %d: %v", number, err)
			}
		}
	}
	return s, lines.Err()
}

func (s *settings) set(key, value string) error {
	var err error
	number := func() (n int) {
		n, err = strconv.Atoi(value)
		return
	}
	switch key {
	case "listen_address":
		s.listenAddress = value
	case "listen_port":
		s.listenPort = number()
	case "base_uri":
		s.baseURI = "/" + strings.Trim(value, "/") + "/"
	case "default_ttl":
		s.defaultTTL = number()
	case "cassandra.hosts":
		s.hosts = nil
		for _, host := range strings.Split(strings.Trim(value, "[]"), ",") {
			s.hosts = append(s.hosts, plain(host))
		}
	case "cassandra.port":
		s.port = number()
	case "cassandra.keyspace":
		s.keyspace = value
	case "cassandra.table":
		s.table = value
	case "cassandra.local_dc":
		s.localDC = value
	case "cassandra.query_timeout_ms":
		s.queryTimeout = time.Duration(number()) * time.Millisecond
	case "cassandra.connect_timeout_ms":
		s.connectTimeout = time.Duration(number()) * time.Millisecond
	case "cassandra.authentication.username":
		s.username = value
	case "cassandra.authentication.password":
		s.password = value
	case "cassandra.tls.ca", "cassandra.tls.cert", "cassandra.tls.key", "tls.cert", "tls.key":
		err = fmt.Errorf("%s: this program speaks no TLS", key)
	}
	return err
}

func plain(value string) string { return strings.Trim(strings.TrimSpace(value), `"'`) }
