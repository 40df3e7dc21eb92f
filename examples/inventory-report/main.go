// Inventory-report lists the VM instances of a simulated management node with where they run,
// their addresses and their size, as a table or as CSV. It changes nothing:
//
//	go run ./examples/inventory-report
//	ZSTACK_ENDPOINT=http://mn:8080 ZSTACK_ACCOUNT=admin ZSTACK_PASSWORD=... go run ./examples/inventory-report -format csv
package main

import (
	"context"
	"flag"
	"fmt"

	"github.com/zstack-go/zstack-go/examples/internal/example"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func main() { program().Main() }

func program() example.Program {
	var format string
	return example.Program{
		Name: "inventory-report",
		About: "Inventory-report lists all VM instances with their zone, cluster, host, addresses, CPUs and\n" +
			"memory. It makes a handful of queries, however many VM instances there are.",
		Flags: func(flags *flag.FlagSet) {
			flags.StringVar(&format, "format", "table", "table or csv")
		},
		Node:  []zstacktest.Option{zstacktest.WithModel(zstacktest.Model{Zones: 2, Hosts: 4, VMs: 12})},
		Quiet: true,
		Run: func(ctx context.Context, run *example.Run) error {
			print, found := formats[format]
			if !found {
				return fmt.Errorf("got the format %q, want table or csv", format)
			}
			rows, err := read(ctx, run.Client)
			if err != nil {
				return err
			}
			return print(run.Out, rows)
		},
	}
}
