package zstacktest_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func TestModels(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		model zstacktest.Model
		want  map[string]int
	}{
		{"nothing", zstacktest.Model{}, map[string]int{}},
		{"one VM instance", zstacktest.Model{VMs: 1}, map[string]int{
			"Zone": 1, "Cluster": 1, "Host": 1, "PrimaryStorage": 1, "BackupStorage": 1, "Image": 1, "L2Network": 1, "L3Network": 1, "IpRange": 1, "VmInstance": 1, "Volume": 1, "VmNic": 1, "UsedIp": 1,
		}},
		{"several of all", zstacktest.Model{Zones: 2, Clusters: 3, Hosts: 7, L3Networks: 3, Images: 2, VMs: 25}, map[string]int{
			"Zone": 2, "Cluster": 3, "Host": 7, "PrimaryStorage": 2, "BackupStorage": 1, "Image": 2, "L2Network": 2, "L3Network": 3, "VmInstance": 25, "Volume": 25, "VmNic": 25,
		}},
		{"hosts alone", zstacktest.Model{Hosts: 3}, map[string]int{"Zone": 1, "Cluster": 1, "Host": 3, "VmInstance": 0, "L3Network": 0}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			node := zstacktest.New(zstacktest.WithModel(test.model))
			t.Cleanup(func() { require.NoError(t, node.Close()) })
			for kind, want := range test.want {
				require.Len(t, node.All(kind), want, kind)
			}
			ips := make(map[any]bool)
			for _, nic := range node.All("VmNic") {
				require.False(t, ips[nic["ip"]], "the address %v was given out twice", nic["ip"])
				ips[nic["ip"]] = true
			}
			for _, vm := range node.All("VmInstance") {
				host := node.Get("Host", vm["lastHostUuid"].(string))
				require.Equal(t, vm["zoneUuid"], host["zoneUuid"])
				require.Equal(t, vm["clusterUuid"], host["clusterUuid"])
			}
		})
	}
}

func TestModelsThatCannotBe(t *testing.T) {
	t.Parallel()
	require.PanicsWithValue(t, "zstacktest: a Model has a negative number", func() { zstacktest.WithModel(zstacktest.Model{VMs: -1}) })
	require.PanicsWithValue(t, "zstacktest: 1 L3 networks have too few addresses for 65001 VM instances", func() {
		zstacktest.WithModel(zstacktest.Model{L3Networks: 1, VMs: 65_001})
	})
}

// TestFiftyNodesAtOnce has each of them changed and read by clients of its own.
func TestFiftyNodesAtOnce(t *testing.T) {
	t.Parallel()
	var nodes sync.WaitGroup
	for range 50 {
		node := zstacktest.New(zstacktest.WithModel(zstacktest.Model{VMs: 20}), zstacktest.WithJobDelay(0))
		t.Cleanup(func() { require.NoError(t, node.Close()) })
		c := connect(t, node)
		for range 2 {
			nodes.Go(func() {
				l3 := node.All("L3Network")[0]["uuid"].(string)
				vip, err := actions.CreateVipAction{Name: "v", L3NetworkUUID: l3}.Call(t.Context(), c)
				if err == nil {
					_, err = actions.CreateEipAction{Name: "e", VipUUID: vip.Inventory.UUID}.Call(t.Context(), c)
				}
				if err == nil {
					_, err = actions.QueryVmInstanceAction{}.Count(t.Context(), c)
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
	}
	nodes.Wait()
}
