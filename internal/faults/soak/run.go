package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/internal/faults"
)

// settleLimit is how long may pass after the last call until everything is at rest.
const settleLimit = 2 * time.Minute

// run makes all calls, prints what came of them, and returns an error when that is
// not what must come of them.
func run(ctx context.Context, c config, out io.Writer) error {
	began := time.Now()
	before := footprint()
	r := new(report)
	r.add("seed", "%d", c.seed)
	r.add("server", "%s", map[bool]string{false: "refuses a job uuid that it has", true: "does not refuse a job uuid that it has"}[c.old])
	r.add("fault rate", "%v", c.faultRate)
	problems, failures, err := perform(ctx, c, r, out)
	if err != nil {
		return err
	}
	after := footprintBack(ctx, before.goroutines)
	r.add("goroutines", "%d at the start, %d at the end", before.goroutines, after.goroutines)
	r.add("heap", "%.1f MB at the start, %.1f MB at the end", before.heap, after.heap)
	if after.goroutines > before.goroutines {
		problems = append(problems, fmt.Sprintf("%d goroutines are left over", after.goroutines-before.goroutines))
	}
	r.add("took", "%s", time.Since(began).Round(100*time.Millisecond))
	r.print(out)
	printSome(out, "calls that did not succeed", failures)
	printSome(out, "WRONG", problems)
	if len(problems) > 0 {
		fmt.Fprintf(out, "again with: %s\n", c.command())
		return fmt.Errorf("%d things are wrong with seed %d", len(problems), c.seed)
	}
	fmt.Fprintln(out, "all is well")
	return nil
}

// perform makes the calls and compares. It leaves nothing behind.
func perform(ctx context.Context, c config, r *report, out io.Writer) (problems, failures []string, err error) {
	s, err := newStage(c)
	defer func() { err = errors.Join(err, s.close()) }()
	if err != nil {
		return nil, nil, err
	}
	made := work(ctx, c, s, out)
	// Also after an interruption: what was reported by then can be compared.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleLimit)
	defer cancel()
	problems = s.leave(ctx)
	if err := s.settle(ctx, c); err != nil {
		return nil, nil, err
	}
	zones, err := s.there("/zones")
	if err != nil {
		return nil, nil, err
	}
	offerings, err := s.there("/instance-offerings")
	if err != nil {
		return nil, nil, err
	}
	t := tallies{count(made.creations, zones.byName), count(made.offerings, offerings.byName), count(made.changes, s.ledger.runs)}
	r.addTally("creations (jobs)", t.creations)
	r.addTally("offerings (jobs that a second run undoes)", t.offerings)
	r.addTally("changes (answered at once)", t.changes)
	problems = append(slices.Concat(t.creations.problems, t.changes.problems), problems...)
	problems = append(problems, zones.wrong(made.creations)...)
	if c.isSureOfOfferings() {
		problems = append(problems, t.offerings.problems...)
		problems = append(problems, offerings.wrong(made.offerings)...)
	}
	problems = append(problems, unmet(c, t)...)
	problems = append(problems, s.describe(c, r)...)
	return problems, slices.Concat(t.creations.errors, t.offerings.errors, t.changes.errors), nil
}

// tallies are those of all kinds of calls.
type tallies struct{ creations, offerings, changes *tally }

// unmet finds what must be and is not, beyond what single calls show.
func unmet(c config, t tallies) (problems []string) {
	expect := func(got, want int, what string) {
		if got != want {
			problems = append(problems, fmt.Sprintf("%d %s, and must be %d", got, what, want))
		}
	}
	for _, k := range []struct {
		name string
		*tally
	}{{"creations", t.creations}, {"offerings", t.offerings}, {"changes", t.changes}} {
		expect(k.left, 0, k.name+" were not waited for to the end")
		expect(k.wrong, 0, k.name+" succeeded with a wrong result or none")
		if k.tally != t.offerings {
			expect(k.failures, 0, k.name+" were reported as failed, though the server fails none")
		}
	}
	if !c.old || !c.unnamed {
		expect(t.creations.unknown(), 0, "creations have an unknown outcome")
		expect(t.creations.success, c.creations, "creations were reported as done")
		expect(t.creations.once, c.creations, "creations were done exactly once")
	}
	if c.isSureOfOfferings() {
		expect(t.offerings.unknown(), 0, "offerings have an unknown outcome")
		expect(t.offerings.once+t.offerings.failures, c.offerings, "offerings were done once or reported as failed")
	}
	return problems
}

// describe adds what went over the network, and returns what must not have.
func (s *stage) describe(c config, r *report) (problems []string) {
	network := s.network.Stats()
	r.add("requests", "%d in all, %d connections turned away in outages", network.Requests, network.Refused)
	r.add("requests within the worst second", "%d of %d", network.Peak, c.mostRequests())
	if network.Peak > c.mostRequests() {
		problems = append(problems, fmt.Sprintf("%d requests came within one second, and %d may", network.Peak, c.mostRequests()))
	}
	r.add("faults", "%s", listFaults(network.Faults))
	if s.hooks != nil {
		hooks := s.hooks.Stats()
		r.add("callbacks", "%d", hooks.Requests)
		r.add("faults of callbacks", "%s", listFaults(hooks.Faults))
	}
	if network.Failed > 0 {
		problems = append(problems, fmt.Sprintf("%d deliveries to the node went wrong without a fault", network.Failed))
	}
	r.add("requests that reached the node", "%d", s.traffic.requests.Load())
	r.add("refused because of their job uuid", "%d", s.traffic.duplicates.Load())
	r.add("logins and renewals", "%d and %d", s.traffic.logins.Load(), s.traffic.renewals.Load())
	r.add("replies that a session has ended", "%d", s.traffic.ended.Load())
	return problems
}

func listFaults(made map[faults.Fault]int) string {
	total, parts := 0, []string(nil)
	for _, f := range slices.Sorted(maps.Keys(made)) {
		total += made[f]
		parts = append(parts, fmt.Sprintf("%s %d", f, made[f]))
	}
	return fmt.Sprintf("%d: %s", total, strings.Join(parts, ", "))
}

// resources is what a program takes up.
type resources struct {
	goroutines int
	heap       float64 // MB
}

func footprint() resources {
	runtime.GC()
	runtime.GC() // the first leaves what finalizers and pools hold
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return resources{goroutines: runtime.NumGoroutine(), heap: float64(m.HeapAlloc) / (1 << 20)}
}

// footprintBack waits for goroutines that are about to end.
func footprintBack(ctx context.Context, want int) resources {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	for runtime.NumGoroutine() > want && pause(ctx, 10*time.Millisecond) == nil {
	}
	return footprint()
}
