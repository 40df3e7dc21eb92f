package zstacktest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

const vmUUID = "0eb6f6f88ff93da48cfc5bca0dbd5c18"

// connect returns a client of a node.
func connect(t *testing.T, node *zstacktest.Node, options ...zstack.Option) *zstack.Client {
	t.Helper()
	c, err := zstack.NewClient("http://mn:8080", append(options, zstack.WithHTTPClient(&http.Client{Transport: node}),
		zstack.WithCredentials(zstack.Account("admin", "password")))...)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close(context.Background())) })
	return c
}

func ExampleNode_Fail() {
	node := zstacktest.New()
	vm := node.Add("VmInstance", map[string]any{"state": "Running"})
	node.Fail("StopVmInstanceAction", zstacktest.WithCode(types.VmStopError), zstacktest.Times(1))

	client, err := zstack.NewClient("http://mn:8080", zstack.WithHTTPClient(&http.Client{Transport: node}),
		zstack.WithCredentials(zstack.Account("admin", "password")))
	if err != nil {
		fmt.Println(err)
		return
	}
	stop := actions.StopVmInstanceAction{UUID: vm}
	_, err = stop.Call(context.Background(), client)
	fmt.Println(errors.Is(err, types.VmStopError), node.Get("VmInstance", vm)["state"])
	_, err = stop.Call(context.Background(), client)
	fmt.Println(err, node.Get("VmInstance", vm)["state"])
	// Output:
	// true Running
	// <nil> Stopped
}

func ExampleNode_Handle() {
	node := zstacktest.New()
	node.Handle("GetLicenseInfo", func(*zstacktest.Call) (any, error) {
		return map[string]any{"inventory": map[string]any{"user": "lab", "hostNum": 3}}, nil
	})
	client, err := zstack.NewClient("http://mn:8080", zstack.WithHTTPClient(&http.Client{Transport: node}),
		zstack.WithCredentials(zstack.Account("admin", "password")))
	if err != nil {
		fmt.Println(err)
		return
	}
	license, err := actions.GetLicenseInfoAction{}.Call(context.Background(), client)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(license.Inventory.User, license.Inventory.HostNum)
	// Output:
	// lab 3
}

// TestFaults: what a client sees of each fault, and whether the node has done its work.
func TestFaults(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		faults []zstacktest.Fault
		// made is how many zones there are afterwards, and took how long the call took at least.
		made int
		took time.Duration
		// err is what the error says; nothing for none.
		err string
	}{
		"no option":          {nil, 0, 0, "SYS.1006"},
		"code":               {[]zstacktest.Fault{zstacktest.WithCode("SYS.1099")}, 0, 0, "SYS.1099"},
		"details":            {[]zstacktest.Fault{zstacktest.WithDetails("out of order")}, 0, 0, "out of order"},
		"once":               {[]zstacktest.Fault{zstacktest.DropRequest(), zstacktest.Times(1)}, 1, 0, ""},
		"reply lost":         {[]zstacktest.Fault{zstacktest.DropReply(), zstacktest.Times(1)}, 1, 0, ""},
		"reply cut":          {[]zstacktest.Fault{zstacktest.TruncateReply(), zstacktest.Times(1)}, 1, 0, ""},
		"bad gateway":        {[]zstacktest.Fault{zstacktest.WithReply(http.StatusForbidden, "<html>no</html>")}, 0, 0, "HTTP 403"},
		"delay":              {[]zstacktest.Fault{zstacktest.WithDelay(3 * time.Second)}, 1, 3 * time.Second, ""},
		"stall":              {[]zstacktest.Fault{zstacktest.WithStall(3 * time.Second)}, 1, 3 * time.Second, ""},
		"none of them":       {[]zstacktest.Fault{zstacktest.WithCode("X"), zstacktest.WithProbability(0, 1)}, 1, 0, ""},
		"all of them":        {[]zstacktest.Fault{zstacktest.WithCode("X"), zstacktest.WithProbability(1, 1)}, 0, 0, "X"},
		"not the first":      {[]zstacktest.Fault{zstacktest.WithCode("X"), zstacktest.After(1)}, 1, 0, ""},
		"no more":            {[]zstacktest.Fault{zstacktest.WithCode("X"), zstacktest.Times(0)}, 1, 0, ""},
		"reply after a time": {[]zstacktest.Fault{zstacktest.WithReply(http.StatusForbidden, ""), zstacktest.WithDelay(time.Second)}, 0, time.Second, "HTTP 403"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				node := zstacktest.New()
				c := connect(t, node)
				node.Fail("CreateZone", tt.faults...)
				began := time.Now()
				_, err := actions.CreateZoneAction{Name: "z"}.Call(t.Context(), c)
				if tt.err == "" {
					require.NoError(t, err)
				} else {
					require.ErrorContains(t, err, tt.err)
				}
				require.GreaterOrEqual(t, time.Since(began), tt.took)
				count, err := actions.QueryZoneAction{}.Count(t.Context(), c)
				require.NoError(t, err)
				require.EqualValues(t, tt.made, count)
			})
		})
	}
}

// TestFaultsOfEveryRequest: "*" stands for polls too, and the fault made last comes first.
func TestFaultsOfEveryRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		node := zstacktest.New()
		c := connect(t, node)
		_, err := actions.CreateZoneAction{Name: "before"}.Call(t.Context(), c)
		require.NoError(t, err)
		stop := node.Fail("*", zstacktest.WithReply(http.StatusNotFound, "gone"))
		_, err = actions.QueryZoneAction{Conditions: zstack.Where()}.Call(t.Context(), c)
		require.ErrorContains(t, err, "HTTP 404")
		node.Fail("QueryZone", zstacktest.WithCode("SYS.1001"), zstacktest.Times(1))
		_, err = actions.QueryZoneAction{Conditions: zstack.Where()}.Call(t.Context(), c)
		require.ErrorContains(t, err, "SYS.1001")
		stop()
		_, err = actions.QueryZoneAction{Conditions: zstack.Where()}.Call(t.Context(), c)
		require.NoError(t, err)
	})
}

// TestProbableFaultsAreTheSameEachTime: a seed and the order of the calls decide.
func TestProbableFaultsAreTheSameEachTime(t *testing.T) {
	t.Parallel()
	run := func() (failed []int) {
		node := zstacktest.New()
		c := connect(t, node)
		node.Fail("GetVersion", zstacktest.WithCode("SYS.1001"), zstacktest.WithProbability(0.5, 7))
		for i := range 40 {
			if _, err := (actions.GetVersionAction{}).Call(t.Context(), c); err != nil {
				failed = append(failed, i)
			}
		}
		return failed
	}
	first := run()
	require.Greater(t, len(first), 5)
	require.Less(t, len(first), 35)
	require.Equal(t, first, run())
}

func TestMistakesInTestsPanic(t *testing.T) {
	t.Parallel()
	node := zstacktest.New()
	require.PanicsWithValue(t, `zstacktest: there is no action "MakeTea"`, func() { node.Fail("MakeTea") })
	require.PanicsWithValue(t, `zstacktest: there is no action "MakeTea"`, func() { node.Handle("MakeTea", nil) })
	require.Panics(t, func() { node.Fail("CreateZone", zstacktest.WithProbability(1.5, 1)) })
	require.PanicsWithValue(t, `zstacktest: the release "6" is unknown; the node can be one of [5.2.1 5.3.20 zsvirt-1.0.0]`, func() {
		zstacktest.New(zstacktest.WithRelease("6"))
	})
}

// TestHandle gives the node actions of the test's own: one that it knows
// from the catalogue alone, and one in place of its own; jobs and calls that are answered at once.
func TestHandle(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		node := zstacktest.New(zstacktest.WithJobDelay(time.Minute))
		c := connect(t, node)
		var seen []zstacktest.Call
		node.Handle("CreateVip", func(call *zstacktest.Call) (any, error) {
			seen = append(seen, *call)
			var vip actions.CreateVipAction
			if err := call.Decode(&vip); err != nil {
				return nil, err
			}
			zone := node.Add("Zone", map[string]any{"name": vip.Name}) // The node can be used.
			return map[string]any{"inventory": map[string]any{"uuid": zone, "name": vip.Name}}, nil
		})
		node.Add("L3Network", map[string]any{"uuid": vmUUID})
		began := time.Now()
		vip, err := actions.CreateVipAction{Name: "v", L3NetworkUUID: vmUUID}.Call(t.Context(), c)
		require.NoError(t, err)
		require.GreaterOrEqual(t, time.Since(began), time.Minute)
		require.Equal(t, "v", vip.Inventory.Name)
		require.Equal(t, "v", node.Get("Zone", vip.Inventory.UUID)["name"])
		require.Len(t, seen, 1)
		require.Equal(t, "CreateVip", seen[0].Action)
		require.Equal(t, "v", seen[0].Params["name"])
		require.NotEmpty(t, seen[0].AccountUUID)

		// The node's checks come first.
		_, err = zstack.Do(t.Context(), c, anyAction{"CreateVipAction", "POST", "/vips", "params"})
		require.ErrorContains(t, err, "SYS.1007")
		require.Len(t, seen, 1)

		for _, tt := range []struct {
			value any
			err   error
			want  string
		}{
			{nil, zstacktest.Errorf(types.SysOperationError, "no more than %d", 3), "SYS.1006, An operation failed: no more than 3"},
			{nil, &zstacktest.Error{Code: "MINE.1", Description: "Mine", Details: "d"}, "MINE.1, Mine: d"},
			{nil, errors.New("oops"), "SYS.1000"},
			{[]int{1}, nil, "no JSON object"},
			{func() {}, nil, "unsupported type"},
			{nil, nil, ""},
		} {
			node.Handle("GetVersionAction", func(*zstacktest.Call) (any, error) { return tt.value, tt.err })
			_, err := actions.GetVersionAction{}.Call(t.Context(), c)
			if tt.want == "" {
				require.NoError(t, err)
				continue
			}
			require.ErrorContains(t, err, tt.want)
		}
		node.Handle("GetVersion", nil)
		version, err := actions.GetVersionAction{}.Call(t.Context(), c)
		require.NoError(t, err)
		require.Equal(t, "5.3.20", version.Version)
	})
}

// An anyAction is a call without parameters of an action that needs some.
type anyAction struct{ name, method, path, body string }

func (a anyAction) ActionInfo() *zstack.ActionInfo {
	return &zstack.ActionInfo{Name: a.name, Method: a.method, Path: a.path, Body: a.body, Async: true, Session: true}
}

func TestRequestsHaveTheirParameters(t *testing.T) {
	t.Parallel()
	node := zstacktest.New()
	c := connect(t, node)
	node.ResetRequests()
	_, err := actions.CreateDiskOfferingAction{Name: "d", DiskSize: 1 << 30, SystemTags: []string{"a::b"}}.Start(t.Context(), c)
	require.NoError(t, err)
	requests := node.Requests()
	last := requests[len(requests)-1]
	require.Equal(t, "CreateDiskOffering", last.Action)
	require.Equal(t, "d", last.Params["name"])
	require.EqualValues(t, "1073741824", fmt.Sprint(last.Params["diskSize"]))
	require.Equal(t, []any{"a::b"}, last.Params["systemTags"])
}
