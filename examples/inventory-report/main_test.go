package main

import (
	"encoding/csv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/examples/internal/exampletest"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func TestOnASimulatedNode(t *testing.T) {
	out, err := exampletest.Simulated(t, program())
	require.NoError(t, err)
	require.Equal(t, 13, strings.Count(out, "\n"))
	require.Regexp(t, `^NAME +STATE +ZONE +CLUSTER +HOST +ADDRESSES +CPUS +MEMORY MIB\n`, out)
	require.Regexp(t, `\nvm-\d+ +Running +zone-\d +cluster-\d+ +host-\d+ +[\d.]+ +2 +4096\n`, out)
}

func TestCSVOnAnotherNode(t *testing.T) {
	node := zstacktest.NewServer(t, zstacktest.WithModel(zstacktest.Model{VMs: 3}))
	node.Add("VmInstance", map[string]any{"name": `a,"b"`, "state": "Stopped", "cpuNum": 1, "memorySize": int64(1 << 30)})
	node.Add("VmInstance", map[string]any{"name": "gone", "state": "Destroyed"})
	node.ResetRequests()
	out, err := exampletest.On(t, node, program(), "-format", "csv")
	require.NoError(t, err)
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 5)
	require.Contains(t, rows, []string{`a,"b"`, "Stopped", "", "", "", "", "1", "1024"})
	queries := 0
	for _, r := range node.Requests() {
		if strings.HasPrefix(r.Action, "Query") {
			queries++
		}
	}
	require.LessOrEqual(t, queries, 8, "a page ahead for each of four queries at most")
}

func TestAnUnknownFormat(t *testing.T) {
	_, err := exampletest.Simulated(t, program(), "-format", "xml")
	require.EqualError(t, err, `got the format "xml", want table or csv`)
}

func TestWithoutAccess(t *testing.T) {
	node := zstacktest.NewServer(t)
	node.Fail("QueryZone", zstacktest.WithReply(403, ""))
	_, err := exampletest.On(t, node, program())
	var failed *zstack.Error
	require.ErrorAs(t, err, &failed)
}
