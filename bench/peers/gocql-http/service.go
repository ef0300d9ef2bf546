package main

import (
	"fmt"
	"io"
	"net/http"
	"strings"
)

// service answers under one base URI; the rest of the path is the key.
type service struct {
	base     string
	ttl      int
	sessions *sessions
	others   http.Handler
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasPrefix(r.URL.Path, s.base) {
		s.others.ServeHTTP(w, r)
		return
	}

	key := r.URL.Path[len(s.base):]
	switch {
	case key == "" || strings.Contains(key, "/"):
		problem(w, r, http.StatusNotFound, "not_found", "Not found", "The value you requested was not found")
	case r.Method == http.MethodGet:
		s.get(w, r, key)
	case r.Method == http.MethodPost:
		s.post(w, r, key)
	case r.Method == http.MethodDelete:
		if err := s.sessions.remove(key); err != nil {
			failed(w, r)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	default:
		problem(w, r, http.StatusBadRequest, "bad_request", "Bad request", "The request was incorrect or malformed")
	}
}

func (s *service) get(w http.ResponseWriter, r *http.Request, key string) {
	value, err := s.sessions.get(key)
	switch {
	case err != nil:
		failed(w, r)
	case value == nil:
		problem(w, r, http.StatusNotFound, "not_found", "Not found", "The value you requested was not found")
	default:
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Length", fmt.Sprint(len(value)))
		w.Write(value)
	}
}

func (s *service) post(w http.ResponseWriter, r *http.Request, key string) {
	value, err := io.ReadAll(r.Body)
	if err != nil || len(value) == 0 {
		problem(w, r, http.StatusBadRequest, "bad_request", "Bad request", "The request was incorrect or malformed")
		return
	}
	if err := s.sessions.set(key, value, s.ttl); err != nil {
		failed(w, r)
		return
	}
	w.WriteHeader(http.StatusCreated)
}

func failed(w http.ResponseWriter, r *http.Request) {
	problem(w, r, http.StatusInternalServerError, "server_error", "Internal server error", "The server encountered an error with your request")
}

func problem(w http.ResponseWriter, r *http.Request, status int, kind, title, detail string) {
	body := fmt.Sprintf("{\n  \"type\": \"https://www.mediawiki.org/wiki/Kask/errors/%s\",\n  \"title\": %q,\n  \"detail\": %q,\n  \"instance\": %q\n}\n",
		kind, title, detail, r.URL.Path)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", fmt.Sprint(len(body)))
	w.WriteHeader(status)
	io.WriteString(w, body)
}
