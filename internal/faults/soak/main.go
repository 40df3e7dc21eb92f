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
//   - offerings are creations of a kind of which a second run of one call can undo the
//     first, so that nothing is left and the call fails: each must succeed or fail, and
//     be there or not as reported, unless calls are held (-hold).
//   - changes are answered at once and leave no trace, so that some end unknown.
//
// The node checks a job uuid and stores the job in two steps, as servers do (-race),
// so that it can run a call twice. What keeps it from that is the pause before a call
// is sent again and the uuid of what it creates. Without the uuid (-resource-uuids=false)
// and with calls that are held between the steps for longer than the pause (-hold 8s),
// zones are made twice.
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
	flag.IntVar(&c.offerings, "offerings", -1, "how many creations to make of a kind that a second run undoes (default a tenth of n)")
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
	flag.BoolVar(&c.race, "race", true, "have the node check a job uuid and store the job in two steps")
	flag.DurationVar(&c.hold, "hold", 0, "how long the node holds some creations between the two steps")
	flag.Float64Var(&c.heldPart, "held", 0.05, "the fraction of creations that it holds")
	named := flag.Bool("resource-uuids", true, "let creations carry the uuid of what they create")
	flag.DurationVar(&c.progress, "progress", 10*time.Second, "how often to tell how far the run is; 0 for never")
	flag.Parse()
	c.unnamed = !*named
	var err error
	if c.faults, err = faults.Parse(*list); err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(2)
	}
	if c.changes < 0 {
		c.changes = c.creations / 5
	}
	if c.offerings < 0 {
		c.offerings = c.creations / 10
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
