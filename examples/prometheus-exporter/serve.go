package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	dto "github.com/prometheus/client_model/go"

	"github.com/zstack-go/zstack-go/examples/internal/example"
)

// serve serves the metrics until the context ends. Scrapes that are under way then end too.
func (e *exporter) serve(ctx context.Context, address string, out io.Writer) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "The metrics are at http://%s/metrics\n", listener.Addr())
	return example.Serve(ctx, listener, &http.Server{
		Handler: e.handler(), BaseContext: func(net.Listener) context.Context { return ctx },
	})
}

func (e *exporter) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", e.serveMetrics)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		// The process is well, whatever the cloud is: that is what metrics tell.
		_, _ = io.WriteString(w, "ok\n")
	})
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, page)
	})
	return mux
}

const page = `<!DOCTYPE html>
<html lang="en"><head><title>ZStack exporter</title></head>
<body><h1>ZStack exporter</h1><p><a href="/metrics">Metrics</a>, <a href="/healthz">health</a></p></body></html>
`

// serveMetrics answers with the metrics of a new scrape.
func (e *exporter) serveMetrics(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), e.timeoutOf(r))
	defer cancel()
	families, _, err := e.gather(ctx)
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	gathered := prometheus.GathererFunc(func() ([]*dto.MetricFamily, error) { return families, nil })
	promhttp.HandlerFor(gathered, promhttp.HandlerOpts{}).ServeHTTP(w, r)
}

// margin is how much sooner than Prometheus a scrape gives up, so that what could be read
// arrives in time.
const margin = 500 * time.Millisecond

// timeoutOf is how long a scrape may take: the exporter's own limit, or that of Prometheus,
// which says in a header how long it waits, where that is shorter.
func (e *exporter) timeoutOf(r *http.Request) time.Duration {
	seconds, err := strconv.ParseFloat(r.Header.Get("X-Prometheus-Scrape-Timeout-Seconds"), 64)
	if err != nil || !(seconds > 0) || seconds > e.timeout.Seconds() {
		return e.timeout
	}
	wanted := time.Duration(seconds * float64(time.Second))
	return max(wanted-margin, wanted/2)
}
