// Opentelemetry traces and measures the SDK's calls, without arguments those to a simulated node.
//
// On that node, which is inside the process, it creates a VM instance and stops it. It prints
// the spans as a tree, and the metrics; the log of the client, with the ids of the traces, goes
// to standard error:
//
//	go run .
//
// With OTEL_EXPORTER_OTLP_ENDPOINT set it exports to that collector instead, by OTLP over
// HTTP. With ZSTACK_ENDPOINT set, and credentials as zstack.NewClientFromEnv reads them, it
// counts the running VM instances of that node and changes nothing; -vm stops one of them:
//
//	OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318 go run .
//	ZSTACK_ENDPOINT=http://mn:8080 ZSTACK_ACCOUNT=admin ZSTACK_PASSWORD=... go run . -vm web-1
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/zstack-go/zstack-go/examples/internal/example"
	"github.com/zstack-go/zstack-go/examples/opentelemetry/zstackotel"
)

func main() { example.Main("opentelemetry", run) }

// parse returns the name or UUID of the VM instance that is to be stopped, if any.
func parse(args []string, log io.Writer) (vm string, err error) {
	flags := flag.NewFlagSet("opentelemetry", flag.ContinueOnError)
	flags.SetOutput(log)
	flags.Usage = func() {
		fmt.Fprint(log, `Usage: opentelemetry [-vm NAME]

Traces and measures calls of a simulated management node, or of that of ZSTACK_ENDPOINT, and
prints the spans and the metrics, or exports them to OTEL_EXPORTER_OTLP_ENDPOINT.

`)
		flags.PrintDefaults()
	}
	flags.StringVar(&vm, "vm", "", "stop the VM instance with this `name or UUID` on the node of ZSTACK_ENDPOINT")
	err = example.ParseFlags(flags, args, func() string {
		if vm != "" && example.Simulated() {
			return "-vm needs ZSTACK_ENDPOINT"
		}
		return ""
	})
	return vm, err
}

// grace is how long exporting may take after an interrupt.
const grace = 10 * time.Second

// run does the work in one trace, and shows or exports what was recorded.
func run(ctx context.Context, args []string, out, log io.Writer) (err error) {
	vm, err := parse(args, log)
	if err != nil {
		return err
	}
	recorded, err := newRecorder(ctx)
	if err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
		defer cancel()
		err = errors.Join(err, recorded.finish(ctx, out))
	}()
	telemetry, err := zstackotel.New(recorded.tracers, recorded.meters)
	if err != nil {
		return err
	}
	logger := slog.New(zstackotel.NewLogHandler(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	c, err := connect(telemetry, logger, vm)
	if err != nil {
		return err
	}
	ctx, span := recorded.tracers.Tracer("example").Start(ctx, "example")
	defer span.End()
	defer func() { err = errors.Join(err, c.close(ctx)) }()
	return c.work(ctx, out)
}
