// Scan reads many VM instances with All and prints how many rows it gets a second
// near the beginning, in the middle and at the end, what memory that takes, and for
// comparison what paging by offset gets at the same places:
//
//	go run ./internal/benchmarks/scan -rows 1000000
//
// The rows come from a server in a process of its own, which makes them up as it
// goes. It finds the row after a key at once, as a database's index does, and walks
// over the rows before an offset one by one, which is what a database does too,
// though the step costs it more than the step here.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
)

func main() {
	rows := flag.Int("rows", 1_000_000, "how many rows the server has")
	page := flag.Int("page", 500, "how many rows to ask for at a time")
	flag.Parse()
	if os.Getenv(serveVariable) != "" {
		if err := serve(*rows); err != nil {
			fmt.Fprintln(os.Stderr, "scan:", err)
			os.Exit(1)
		}
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, *rows, *page)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "scan:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, rows, page int) error {
	if rows < 100 || page < 1 {
		return fmt.Errorf("%d rows in pages of %d cannot be measured; 100 rows can", rows, page)
	}
	endpoint, end, err := startServer(ctx, rows)
	if err != nil {
		return err
	}
	defer end()
	return measure(ctx, os.Stdout, endpoint, rows, page)
}
