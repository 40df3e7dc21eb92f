package main

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

//go:embed pages/*.html
var files embed.FS

var templates = template.Must(template.New("").Funcs(template.FuncMap{"show": show}).ParseFS(files, "pages/*.html"))

// maxRows is how many records of a kind a page lists.
const maxRows = 500

// pages serves what people look at: the inventory, the records of a kind, and one of them.
func pages(node *zstacktest.Node, calls *callLog) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		type count struct {
			Kind string
			N    int
		}
		var counts []count
		for _, kind := range node.Kinds() {
			counts = append(counts, count{kind, node.Count(kind)})
		}
		jobs := slices.DeleteFunc(node.Jobs(), func(j zstacktest.Job) bool { return j.Done })
		render(w, http.StatusOK, "home.html", map[string]any{"Title": "Simulated management node", "Counts": counts, "Jobs": jobs, "Calls": calls.last()})
	})
	mux.HandleFunc("GET /kinds/{kind}", func(w http.ResponseWriter, r *http.Request) {
		kind := r.PathValue("kind")
		if !slices.Contains(node.Kinds(), kind) {
			missing(w)
			return
		}
		all := node.All(kind)
		render(w, http.StatusOK, "kind.html", map[string]any{"Title": kind, "Rows": all[:min(maxRows, len(all))], "All": len(all)})
	})
	mux.HandleFunc("GET /kinds/{kind}/{uuid}", func(w http.ResponseWriter, r *http.Request) {
		kind, uuid := r.PathValue("kind"), r.PathValue("uuid")
		if !slices.Contains(node.Kinds(), kind) {
			missing(w)
			return
		}
		row := node.Get(kind, uuid)
		if row == nil {
			missing(w)
			return
		}
		render(w, http.StatusOK, "record.html", map[string]any{"Title": kind + " " + uuid, "Kind": kind, "Row": row})
	})
	mux.HandleFunc("GET /", func(w http.ResponseWriter, _ *http.Request) { missing(w) })
	return mux
}

func missing(w http.ResponseWriter) {
	render(w, http.StatusNotFound, "missing.html", map[string]any{"Title": "There is no such page"})
}

func render(w http.ResponseWriter, status int, name string, data map[string]any) {
	var page bytes.Buffer
	if err := templates.ExecuteTemplate(&page, name, data); err != nil {
		http.Error(w, "the page cannot be shown", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes()) // Nobody is left to tell when the browser has gone.
}

// show is how a value of a field is shown. What is secret is not.
func show(name string, value any) string {
	lower := strings.ToLower(name)
	if strings.Contains(lower, "secret") || strings.Contains(lower, "password") {
		return "(hidden)"
	}
	switch v := value.(type) {
	case string:
		return v
	case time.Time:
		return v.Format(time.DateTime)
	case []string:
		return strings.Join(v, ", ")
	case []map[string]any:
		hidden := make([]map[string]string, len(v))
		for i, m := range v {
			hidden[i] = make(map[string]string, len(m))
			for name, value := range m {
				hidden[i][name] = show(name, value)
			}
		}
		data, err := json.MarshalIndent(hidden, "", "  ")
		if err == nil && len(v) > 0 {
			return string(data)
		}
		return ""
	}
	return fmt.Sprint(value)
}
