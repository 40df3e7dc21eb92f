package main

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/zstack-go/zstack-go/examples/internal/exampletest"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestOnASimulatedNode(t *testing.T) {
	out, err := exampletest.Simulated(t, program(), "-yes", "-workers", "64", "vm-0000")
	require.NoError(t, err)
	require.Contains(t, out, `9 running VM instances begin with "vm-0000"`+"\n")
	require.Contains(t, out, "9 stopped, 0 failed\n")
}

func TestOnAnotherNode(t *testing.T) {
	for name, tt := range map[string]struct {
		args    []string
		running int
		want    string
	}{
		"without yes": {nil, 9, "  vm-00001\n"},
		"with yes":    {[]string{"-yes"}, 0, "9 stopped, 0 failed\n"},
	} {
		t.Run(name, func(t *testing.T) {
			node := zstacktest.NewServer(t, zstacktest.WithModel(zstacktest.Model{VMs: 10}))
			out, err := exampletest.On(t, node, program(), append(tt.args, "vm-")...)
			require.NoError(t, err)
			require.Contains(t, out, tt.want)
			running := 0
			for _, vm := range node.All("VmInstance") {
				if vm["state"] == types.VmStateRunning {
					running++
				}
			}
			require.Equal(t, tt.running, running)
		})
	}
}

func TestSomeThatFail(t *testing.T) {
	node := zstacktest.NewServer(t, zstacktest.WithModel(zstacktest.Model{VMs: 10}))
	node.Fail("StopVmInstance", zstacktest.WithCode(types.SysOperationError), zstacktest.Times(2))
	out, err := exampletest.On(t, node, program(), "-yes", "vm-")
	require.ErrorIs(t, err, types.SysOperationError)
	require.Contains(t, out, "7 stopped, 2 failed\n")
	require.ErrorContains(t, err, "vm-0000")
}

func TestWrongWorkers(t *testing.T) {
	_, err := exampletest.Simulated(t, program(), "-workers", "0", "vm-")
	require.EqualError(t, err, "got 0 workers, want 1 or more")
}

func TestThePoolIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int32
		began := time.Now()
		require.Empty(t, pool(t.Context(), 3, make([]types.VmInstanceInventory, 9), func(types.VmInstanceInventory) error {
			most.Store(max(most.Load(), now.Add(1)))
			time.Sleep(time.Second)
			now.Add(-1)
			return nil
		}))
		require.EqualValues(t, 3, most.Load())
		require.Equal(t, 3*time.Second, time.Since(began))
	})
}

func TestThePoolEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	var did atomic.Int32
	failed := pool(ctx, 1, make([]types.VmInstanceInventory, 5), func(types.VmInstanceInventory) error {
		did.Add(1)
		cancel()
		return errors.New("broken")
	})
	require.Len(t, failed, 5)
	require.Less(t, did.Load(), int32(5))
}

func TestTheBar(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	b := newBar(&out, 20)
	for range 20 {
		b.step()
	}
	b.end()
	require.Equal(t, 10, strings.Count(out.String(), "\n"))
	require.Contains(t, out.String(), "2 of 20\n")

	out.Reset()
	b = &bar{out: &out, terminal: true, total: 4}
	b.step()
	b.end()
	require.Equal(t, "\r[##########..............................] 1 of 4\n", out.String())
}
