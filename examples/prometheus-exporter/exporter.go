package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"

	"github.com/zstack-go/zstack-go/zstack"
)

// An exporter reads a cloud when it is asked for metrics.
type exporter struct {
	client     *zstack.Client
	collectors []collector
	timeout    time.Duration
	logger     *slog.Logger

	turn chan struct{} // holds something while a scrape is under way

	own     *prometheus.Registry // what lasts longer than a scrape
	scrapes prometheus.Counter
	errors  *prometheus.CounterVec
}

var (
	scrapeDuration = prometheus.NewDesc("zstack_exporter_scrape_duration_seconds",
		"How long this scrape took.", nil, nil)
	collectorDuration = prometheus.NewDesc("zstack_exporter_collector_duration_seconds",
		"How long the collector took in this scrape.", []string{"collector"}, nil)
	collectorSuccess = prometheus.NewDesc("zstack_exporter_collector_success",
		"Whether the collector could read what it exports in this scrape.", []string{"collector"}, nil)
)

func newExporter(client *zstack.Client, collectors []collector, timeout time.Duration, logger *slog.Logger) *exporter {
	e := &exporter{
		client: client, collectors: collectors, timeout: timeout, logger: logger,
		turn: make(chan struct{}, 1),
		own:  prometheus.NewRegistry(),
		scrapes: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "zstack_exporter_scrapes_total", Help: "How many scrapes there were.",
		}),
		errors: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "zstack_exporter_collector_errors_total", Help: "How often the collector failed.",
		}, []string{"collector"}),
	}
	e.own.MustRegister(e.scrapes, e.errors)
	for _, c := range collectors {
		e.errors.WithLabelValues(c.name) // shows a zero before the first error
	}
	return e
}

// A result is what a collector could read.
type result struct {
	metrics []prometheus.Metric
	err     error
	took    time.Duration
}

// gather reads the cloud once, when no other scrape is doing so. Of a collector that fails
// there is nothing but that it failed, which is no error: the names of those are returned. The
// error is that of a context that ended before the scrape could begin.
func (e *exporter) gather(ctx context.Context) (families []*dto.MetricFamily, failed []string, err error) {
	select {
	case e.turn <- struct{}{}:
		defer func() { <-e.turn }()
	case <-ctx.Done():
		return nil, nil, fmt.Errorf("waiting for another scrape: %w", context.Cause(ctx))
	}
	began := time.Now()
	all := new(samples)
	for i, r := range e.collect(ctx) {
		name, success := e.collectors[i].name, 1.0
		if r.err != nil {
			success = 0
			failed = append(failed, name)
			e.errors.WithLabelValues(name).Inc()
			e.logger.WarnContext(ctx, "collector failed", "collector", name, "error", r.err)
		} else {
			all.list = append(all.list, r.metrics...)
		}
		all.add(collectorSuccess, success, name)
		all.add(collectorDuration, r.took.Seconds(), name)
	}
	e.scrapes.Inc()
	all.add(scrapeDuration, time.Since(began).Seconds())
	registry := prometheus.NewRegistry()
	if err := registry.Register(all); err != nil {
		return nil, nil, err
	}
	families, err = prometheus.Gatherers{e.own, registry}.Gather()
	return families, failed, err
}

// collect runs all collectors at the same time, so that one that waits holds up no other.
func (e *exporter) collect(ctx context.Context) []result {
	cloud := newCloud(ctx, e.client)
	results := make([]result, len(e.collectors))
	var all sync.WaitGroup
	for i, c := range e.collectors {
		all.Go(func() {
			began := time.Now()
			read := new(samples)
			err := c.collect(ctx, cloud, read)
			results[i] = result{read.list, err, time.Since(began)}
		})
	}
	all.Wait()
	return results
}

// print writes the metrics of one scrape. That a collector failed is an error here.
func (e *exporter) print(ctx context.Context, out io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, e.timeout)
	defer cancel()
	families, failed, err := e.gather(ctx)
	if err != nil {
		return err
	}
	encoder := expfmt.NewEncoder(out, expfmt.NewFormat(expfmt.TypeTextPlain))
	for _, family := range families {
		if err := encoder.Encode(family); err != nil {
			return err
		}
	}
	if len(failed) > 0 {
		return fmt.Errorf("these collectors failed: %s", strings.Join(failed, ", "))
	}
	return nil
}

// Samples are metrics that have been read.
type samples struct{ list []prometheus.Metric }

// add adds the value of a gauge, with its labels in the order of the description.
func (s *samples) add(desc *prometheus.Desc, value float64, labels ...string) {
	for i, label := range labels {
		labels[i] = strings.ToValidUTF8(label, "\uFFFD") // names are the users'
	}
	s.list = append(s.list, prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, labels...))
}

// Describe describes nothing, since what there is depends on the cloud.
func (s *samples) Describe(chan<- *prometheus.Desc) {}

// Collect returns what was read.
func (s *samples) Collect(metrics chan<- prometheus.Metric) {
	for _, m := range s.list {
		metrics <- m
	}
}
