// Prometheus-exporter serves a cloud's metrics, without arguments those of a simulated node.
//
// They are at /metrics: VM instances by state, hosts by status, the capacity of CPUs, memory and
// primary storage, volumes, the license, and how the reading of all that went. It prints its
// address, and serves until it is interrupted; with -once it prints the metrics and ends:
//
//	go run .
//	go run . -once
//
// With ZSTACK_ENDPOINT set, and credentials as zstack.NewClientFromEnv reads them, it reads that
// management node, and changes nothing there:
//
//	ZSTACK_ENDPOINT=http://mn:8080 ZSTACK_ACCOUNT=admin ZSTACK_PASSWORD=... go run . -listen :9760
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/examples/internal/example"
)

func main() { example.Main("prometheus-exporter", run) }

// A setup is what the command line says.
type setup struct {
	listen     string
	once       bool
	timeout    time.Duration
	collectors []collector
}

func parse(args []string, log io.Writer) (setup, error) {
	s := setup{collectors: collectors}
	flags := flag.NewFlagSet("prometheus-exporter", flag.ContinueOnError)
	flags.SetOutput(log)
	flags.Usage = func() {
		fmt.Fprint(log, `Usage: prometheus-exporter [flags]

Serves the metrics of a simulated management node, or of that of ZSTACK_ENDPOINT, which it only
reads. Prometheus finds them at /metrics, and /healthz says that the exporter runs.

`)
		flags.PrintDefaults()
	}
	flags.StringVar(&s.listen, "listen", "127.0.0.1:9760", "the `address` to listen on; port 0 takes a free one")
	flags.BoolVar(&s.once, "once", false, "print the metrics once and end")
	flags.DurationVar(&s.timeout, "timeout", 9*time.Second, "how long a scrape may take, if Prometheus does not want it sooner")
	flags.Func("skip", "leave out what these `collectors` read, divided by commas: "+strings.Join(names(collectors), ", "), func(list string) (err error) {
		s.collectors, err = without(s.collectors, strings.Split(list, ","))
		return err
	})
	err := example.ParseFlags(flags, args, func() string {
		if s.timeout <= 0 {
			return "-timeout takes a positive duration"
		}
		return ""
	})
	return s, err
}

// run serves metrics until the context ends, or prints them once.
func run(ctx context.Context, args []string, out, log io.Writer) (err error) {
	s, err := parse(args, log)
	if err != nil {
		return err
	}
	client, err := connect()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, example.Close(ctx, client)) }()
	e := newExporter(client, s.collectors, s.timeout, slog.New(slog.NewTextHandler(log, nil)))
	if s.once {
		return e.print(ctx, out)
	}
	return e.serve(ctx, s.listen, out)
}
