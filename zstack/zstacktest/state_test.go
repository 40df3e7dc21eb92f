package zstacktest_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// busy returns a node that has more than the records that a test added: tags, numbers, lists,
// times, hidden fields, addresses.
func busy(t *testing.T, opts ...zstacktest.Option) *zstacktest.Node {
	t.Helper()
	node := zstacktest.New(append(opts, zstacktest.WithSite(), zstacktest.WithJobDelay(0), zstacktest.WithClock(zstacktest.NewClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)).Now))...)
	t.Cleanup(func() { require.NoError(t, node.Close()) })
	c := connect(t, node)
	site := node.Site()
	_, err := actions.CreateVmInstanceAction{
		Name: "vm", ImageUUID: &site.ImageUUID, InstanceOfferingUUID: &site.InstanceOfferingUUID, L3NetworkUUIDs: []string{site.L3NetworkUUID},
		SystemTags: []string{"hostname::vm-1"},
	}.Call(t.Context(), c)
	require.NoError(t, err)
	_, err = actions.SetVmBootOrderAction{UUID: node.All("VmInstance")[0]["uuid"].(string), BootOrder: []string{"CdRom"}}.Call(t.Context(), c)
	require.NoError(t, err)
	node.Add("VmInstance", map[string]any{"name": "newer", "newer": 1.0, "when": time.Unix(1, 5).UTC(), "labels": []string{}})
	return node
}

// contents are all records of a node.
func contents(node *zstacktest.Node) map[string][]map[string]any {
	all := make(map[string][]map[string]any)
	for _, kind := range node.Kinds() {
		all[kind] = node.All(kind)
	}
	return all
}

func TestSaveAndLoad(t *testing.T) {
	t.Parallel()
	node := busy(t)
	var file bytes.Buffer
	require.NoError(t, node.Save(&file))
	other := zstacktest.New(zstacktest.WithJobDelay(0))
	t.Cleanup(func() { require.NoError(t, other.Close()) })
	require.NoError(t, other.Load(bytes.NewReader(file.Bytes())))
	require.Equal(t, contents(node), contents(other))
	var again bytes.Buffer
	require.NoError(t, other.Save(&again))
	require.Equal(t, file.String(), again.String())

	// What was kept beside the records is read back, and what is new does not collide.
	c := connect(t, other)
	order, err := actions.GetVmBootOrderAction{UUID: other.All("VmInstance")[0]["uuid"].(string)}.Call(t.Context(), c)
	require.NoError(t, err)
	require.Equal(t, []string{"CdRom"}, order.Orders)
	nic := other.All("VmNic")[0]
	vip, err := actions.CreateVipAction{Name: "v", L3NetworkUUID: nic["l3NetworkUuid"].(string)}.Call(t.Context(), c)
	require.NoError(t, err)
	require.NotEqual(t, nic["ip"], vip.Inventory.IP)
}

func TestLoadRefusesWhatSaveDidNotWrite(t *testing.T) {
	t.Parallel()
	node := busy(t)
	before := contents(node)
	for text, want := range map[string]string{
		"":               "cannot be read",
		`{"version": 2}`: "of version 2, want 1",
		`{"version": 1, "kinds": [{"kind": "Moon"}]}`:                                                           `the kind "Moon"`,
		`{"version": 1, "kinds": [{"kind": "Zone", "records": [{"name": "z"}]}]}`:                               "Zone 0 has no UUID",
		`{"version": 1, "kinds": [{"kind": "Zone", "records": [{"uuid": "u", "createDate": "x"}]}]}`:            "Zone 0, field createDate: it cannot hold x",
		`{"version": 1, "kinds": [{"kind": "Zone", "records": [{"uuid": "u", "createDate": {"@time": "x"}}]}]}`: "Zone 0, field createDate: parsing time",
	} {
		require.ErrorContains(t, node.Load(strings.NewReader(text)), want)
		require.Equal(t, before, contents(node))
	}
}

func TestSnapshots(t *testing.T) {
	t.Parallel()
	node := busy(t)
	before := contents(node)
	snapshot := node.Snapshot()
	for range 2 {
		c := connect(t, node)
		_, err := actions.DeleteZoneAction{UUID: node.Site().ZoneUUID}.Call(t.Context(), c)
		require.NoError(t, err)
		node.Set("Account", node.All("Account")[0]["uuid"].(string), map[string]any{"name": "root"})
		require.NotEqual(t, before, contents(node))
		node.Restore(snapshot)
		require.Equal(t, before, contents(node))
	}
}

// TestLoadedRecordsStay creates records in a node whose seed is that of the node that the
// loaded ones are from.
func TestLoadedRecordsStay(t *testing.T) {
	t.Parallel()
	node := busy(t, zstacktest.WithSeed(7))
	var file bytes.Buffer
	require.NoError(t, node.Save(&file))
	other := zstacktest.New(zstacktest.WithSeed(7), zstacktest.WithJobDelay(0))
	t.Cleanup(func() { require.NoError(t, other.Close()) })
	require.NoError(t, other.Load(&file))
	records := 0
	for _, kind := range other.Kinds() {
		records += other.Count(kind)
	}
	seen := make(map[any]bool)
	for range 2 * records {
		other.Add("Zone", nil)
	}
	for _, kind := range other.Kinds() {
		for _, r := range other.All(kind) {
			if uuid := r["uuid"]; uuid != nil {
				require.False(t, seen[uuid], "two records have the UUID %v", uuid)
				seen[uuid] = true
			}
		}
	}
	require.Equal(t, 2*records, other.Count("Zone")-node.Count("Zone"))
}

// TestRestoreForgetsJobs restores a node while a job waits, whose call must not run then.
func TestRestoreForgetsJobs(t *testing.T) {
	t.Parallel()
	clock := zstacktest.NewClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	node := zstacktest.New(zstacktest.WithClock(clock.Now), zstacktest.WithJobDelay(time.Minute))
	t.Cleanup(func() { require.NoError(t, node.Close()) })
	c := connect(t, node)
	snapshot := node.Snapshot()
	job, err := actions.CreateZoneAction{Name: "z"}.Start(t.Context(), c)
	require.NoError(t, err)
	jobs := node.Jobs()
	require.Len(t, jobs, 1)
	require.Equal(t, zstacktest.Job{UUID: job.UUID(), Action: "CreateZone", Submitted: clock.Now(), Due: clock.Now().Add(time.Minute)}, jobs[0])
	node.Restore(snapshot)
	require.Empty(t, node.Jobs())
	clock.Advance(time.Hour)
	require.NotContains(t, node.Kinds(), "Zone")
}

func TestJobsTellHowTheyEnded(t *testing.T) {
	t.Parallel()
	clock := zstacktest.NewClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	node := zstacktest.New(zstacktest.WithClock(clock.Now), zstacktest.WithJobDelay(time.Minute))
	t.Cleanup(func() { require.NoError(t, node.Close()) })
	c := connect(t, node)
	_, err := actions.DeleteZoneAction{UUID: vmUUID}.Start(t.Context(), c)
	require.NoError(t, err)
	require.False(t, node.Jobs()[0].Done)
	clock.Advance(time.Minute)
	require.True(t, node.Jobs()[0].Done)
	require.Equal(t, "SYS.1003", node.Jobs()[0].Code)
	clock.Advance(4 * time.Hour)
	require.Empty(t, node.Jobs())
}
