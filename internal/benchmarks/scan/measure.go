package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"runtime"
	"time"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/zstack"
)

// window is the part of all rows over which a speed is measured: before 1 %, before
// 50 % and before 100 % of the way.
const window = 0.01

var places = []float64{0.01, 0.5, 1}

// measure reads all rows, and prints what came of it.
func measure(ctx context.Context, out io.Writer, endpoint string, rows, page int) error {
	client, err := zstack.NewClient(endpoint, zstack.WithCredentials(zstack.Session("scan")),
		zstack.WithLocation(time.UTC), zstack.WithRateLimiter(zstack.NewRateLimiter(math.Inf(1))))
	if err != nil {
		return err
	}
	defer client.Close(ctx)
	size := zstack.WithPageSize(page)
	began := time.Now()
	byKey, err := scan(ctx, client, rows, size)
	if err != nil {
		return err
	}
	took := time.Since(began)
	// What the process got from the system, it has not given back: this is the peak.
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	byOffset, err := scanByOffset(ctx, client, rows, page, size)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d rows in %s, pages of %d; peak memory %.1f MB\n", rows, took.Round(time.Millisecond), page, float64(memory.Sys)/(1<<20))
	fmt.Fprintf(out, "%-20s %15s %15s %8s\n", "rows a second", "by key (All)", "by offset", "ratio")
	for i, at := range places {
		fmt.Fprintf(out, "%-20s %15.0f %15.0f %8.2f\n", fmt.Sprintf("at %g %% of the way", 100*at), byKey[i], byOffset[i], byKey[i]/byOffset[i])
	}
	return nil
}

// measured is how many rows there are in a window.
func measured(rows int) int { return int(window * float64(rows)) }

// scan reads every row and returns the rows a second at each place.
func scan(ctx context.Context, client *zstack.Client, rows int, options ...zstack.CallOption) ([]float64, error) {
	var speeds []float64
	var since time.Time
	many, seen := measured(rows), 0
	for vm, err := range (actions.QueryVmInstanceAction{}).All(ctx, client, options...) {
		if err != nil {
			return nil, err
		}
		if want := fmt.Sprintf("%032d", seen); vm.UUID != want {
			return nil, fmt.Errorf("row %d is %s", seen, vm.UUID)
		}
		end := 0
		if len(speeds) < len(places) {
			end = int(places[len(speeds)] * float64(rows))
		}
		if seen == end-many {
			since = time.Now()
		}
		if seen++; seen == end {
			speeds = append(speeds, float64(many)/time.Since(since).Seconds())
		}
	}
	if seen != rows || len(speeds) != len(places) {
		return nil, fmt.Errorf("%d of %d rows came", seen, rows)
	}
	return speeds, nil
}

// scanByOffset reads the same places, with an order that is paged by offset.
func scanByOffset(ctx context.Context, client *zstack.Client, rows, page int, options ...zstack.CallOption) ([]float64, error) {
	var speeds []float64
	for _, place := range places {
		many := measured(rows)
		start := int(place*float64(rows)) - many
		query := actions.QueryVmInstanceAction{SortBy: new("name"), StartAt: new(int32(start)), Limit: new(int32(many))}
		since, seen := time.Now(), 0
		for _, err := range query.All(ctx, client, options...) {
			if err != nil {
				return nil, err
			}
			seen++
		}
		if seen != many {
			return nil, fmt.Errorf("%d of %d rows came from offset %d in pages of %d", seen, many, start, page)
		}
		speeds = append(speeds, float64(seen)/time.Since(since).Seconds())
	}
	return speeds, nil
}
