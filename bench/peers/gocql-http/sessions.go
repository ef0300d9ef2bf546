package main

import (
	"fmt"

	"github.com/gocql/gocql"
)

// sessions keeps what Kask keeps, in Kask's table, by Kask's statements and levels: gocql prepares them, and chooses among
// hosts as it is set up by default, without retries.
type sessions struct {
	session           *gocql.Session
	read, write, drop string
}

func connect(s *settings, tokenAware bool, version int) (*sessions, error) {
	cluster := gocql.NewCluster(s.hosts...)
	cluster.Port = s.port
	cluster.Keyspace = s.keyspace
	cluster.ProtoVersion = version
	cluster.Consistency = gocql.LocalQuorum
	cluster.Timeout = s.queryTimeout
	cluster.ConnectTimeout = s.connectTimeout
	hosts := gocql.RoundRobinHostPolicy()
	if s.localDC != "" {
		hosts = gocql.DCAwareRoundRobinPolicy(s.localDC)
	}
	if tokenAware {
		hosts = gocql.TokenAwareHostPolicy(hosts)
	}
	cluster.PoolConfig.HostSelectionPolicy = hosts
	if s.username != "" {
		cluster.Authenticator = gocql.PasswordAuthenticator{Username: s.username, Password: s.password}
	}

	session, err := cluster.CreateSession()
	if err != nil {
		return nil, err
	}
	table := fmt.Sprintf("%q.%q", s.keyspace, s.table)
	return &sessions{
		session: session,
		read:    "SELECT value, TTL(value) FROM " + table + " WHERE key = ?",
		write:   "INSERT INTO " + table + " (key, value) VALUES (?, ?) USING TTL ?",
		drop:    "DELETE FROM " + table + " WHERE key = ?",
	}, nil
}

// get gives nil for what is not there.
func (s *sessions) get(key string) ([]byte, error) {
	var value []byte
	var ttl int
	err := s.session.Query(s.read, key).Consistency(gocql.LocalQuorum).Scan(&value, &ttl)
	if err == gocql.ErrNotFound {
		return nil, nil
	}
	return value, err
}

func (s *sessions) set(key string, value []byte, ttl int) error {
	return s.session.Query(s.write, key, value, ttl).Consistency(gocql.LocalQuorum).Exec()
}

func (s *sessions) remove(key string) error {
	return s.session.Query(s.drop, key).Consistency(gocql.EachQuorum).Exec()
}

func (s *sessions) close() { s.session.Close() }
