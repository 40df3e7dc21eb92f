// Zql runs a ZQL statement on a simulated management node and prints the rows as JSON, a line
// for each. It changes nothing:
//
//	go run ./examples/zql
//	ZSTACK_ENDPOINT=http://mn:8080 ZSTACK_ACCOUNT=admin ZSTACK_PASSWORD=... go run ./examples/zql "query vminstance.name where state = 'Running' limit 5"
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/examples/internal/example"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func main() { program().Main() }

func program() example.Program {
	return example.Program{
		Name: "zql",
		About: "Zql runs a statement of ZQL, the query language of ZStack: query, count or sum, several of them\n" +
			"with semicolons between. Each row is a line of JSON; a count is a line with its total.",
		Args:  "STATEMENT",
		Node:  []zstacktest.Option{zstacktest.WithModel(zstacktest.Model{Hosts: 2, VMs: 10})},
		Quiet: true,
		Prepare: func(context.Context, *example.Run) ([]string, error) {
			host := zstack.QuoteZQL("host-00001") // quotes what is in the value, too
			return []string{"query vminstance.name where state = 'Running' and" +
				" hostUuid in (query host.uuid where name = " + host + ") order by name asc limit 3;" +
				"count vminstance where state = 'Stopped'"}, nil
		},
		Run: run,
	}
}

func run(ctx context.Context, run *example.Run) error {
	// Rows can be of any kind and have some of their fields only, so they are printed as they
	// came: a type of this library would show fields that were not asked for as zero.
	raw, err := zstack.Do(ctx, run.Client, actions.ZQLQueryAction{Zql: &run.Args[0]})
	if err != nil {
		return err
	}
	var reply struct {
		Results []struct {
			Inventories []json.RawMessage `json:"inventories"`
			Total       *json.Number      `json:"total"`
		} `json:"results"`
	}
	if err := json.Unmarshal(raw, &reply); err != nil {
		return err
	}
	for _, result := range reply.Results {
		if err := lines(run.Out, result.Inventories); err != nil {
			return err
		}
		if result.Total != nil {
			run.Printf("{\"total\":%s}\n", *result.Total)
		}
	}
	return nil
}

// lines writes each row in a line of its own, with its fields in the order of their names.
func lines(out io.Writer, rows []json.RawMessage) error {
	for _, row := range rows {
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(row, &fields); err != nil {
			return err
		}
		line, err := json.Marshal(fields)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%s\n", line)
	}
	return nil
}
