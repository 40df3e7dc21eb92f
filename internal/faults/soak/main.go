// Soak makes many calls over a bad network and compares what the SDK reported of each
// with what the server did. It ends with status 1 when something was done twice, was
// lost, or was reported wrongly, and says how to have the same faults again.
//
//	go run ./internal/faults/soak -n 10000 -seed 7
//
// The server is a simulated node behind the proxy of package faults; its callbacks
// go through a second one. Half of the calls come from a client that polls for its
// jobs, half from one that has a webhook; both share one limit of requests. Sessions
// are short, and are ended early from time to time. There are two kinds of calls,
// each of which is made exactly once:
//
//   - creations are jobs, whose fate can be found out. Against a server that refuses
//     a job uuid that it has, each must succeed, once; against an older one (-old) some
//     may be reported as unknown.
//   - changes are answered at once and leave no trace, so that some end unknown.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"

	"github.com/zstack-go/zstack-go/internal/faults"
)

func main() {
	c := config{}
	list := flag.String("faults", "all", "the faults to make, with commas between them")
	flag.IntVar(&c.creations, "n", 10_000, "how many asynchronous creations to make")
	flag.IntVar(&c.changes, "sync", -1, "how many synchronous changes to make (default a fifth of n)")
	flag.IntVar(&c.workers, "workers", 200, "how many calls to have under way at once")
	flag.Float64Var(&c.faultRate, "fault-rate", 0.15, "the fraction of requests that meet a fault")
	flag.Uint64Var(&c.seed, "seed", 1, "decides which requests meet which faults")
	flag.Float64Var(&c.rate, "rate", 150, "how many requests a second the clients may send")
	flag.BoolVar(&c.old, "old", false, "have a server that does not refuse a job uuid that it has")
	flag.DurationVar(&c.timeout, "timeout", 5*time.Minute, "how long a call may take")
	flag.BoolVar(&c.webhook, "webhook", true, "let one of the clients have a webhook")
	flag.DurationVar(&c.interval, "poll", 3*time.Second, "how often the client with the webhook polls; 0 for as often as the SDK does on its own")
	flag.DurationVar(&c.session, "session", 20*time.Second, "how long a session lives unless it is renewed")
	flag.IntVar(&c.ends, "ends", 20, "how often all sessions are ended early, at most")
	flag.Parse()
	var err error
	if c.faults, err = faults.Parse(*list); err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(2)
	}
	if c.changes < 0 {
		c.changes = c.creations / 5
	}
	if c.creations < 0 || c.workers < 2 || c.ends < 0 {
		fmt.Fprintln(os.Stderr, "soak: there must be two workers, and no negative numbers")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err = run(ctx, c, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}
