package main

import (
	"context"
	"iter"
	"strconv"
	"strings"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
)

var columns = []string{"name", "state", "zone", "cluster", "host", "addresses", "cpus", "memory MiB"}

// read returns a row for each VM instance, in the order of the columns.
func read(ctx context.Context, client *zstack.Client) (rows [][]string, err error) {
	naming := []string{"uuid", "name"}
	zones, err := names(actions.QueryZoneAction{Fields: naming}.All(ctx, client), func(z types.ZoneInventory) (string, string) { return z.UUID, z.Name })
	if err != nil {
		return nil, err
	}
	clusters, err := names(actions.QueryClusterAction{Fields: naming}.All(ctx, client), func(c types.ClusterInventory) (string, string) { return c.UUID, c.Name })
	if err != nil {
		return nil, err
	}
	hosts, err := names(actions.QueryHostAction{Fields: naming}.All(ctx, client), func(h types.HostInventory) (string, string) { return h.UUID, h.Name })
	if err != nil {
		return nil, err
	}
	for vm, err := range (actions.QueryVmInstanceAction{}).All(ctx, client) {
		if err != nil {
			return nil, err
		}
		if vm.Deleted() {
			continue // It is kept until it is expunged.
		}
		rows = append(rows, []string{
			vm.Name, vm.State, zones[vm.ZoneUUID], clusters[vm.ClusterUUID], hosts[vm.HostUUID], addresses(vm),
			strconv.Itoa(int(vm.CPUNum)), strconv.FormatInt(vm.MemorySize>>20, 10),
		})
	}
	return rows, nil
}

// names returns the names of resources by their UUIDs.
func names[T any](all iter.Seq2[T, error], of func(T) (uuid, name string)) (map[string]string, error) {
	found := map[string]string{}
	for resource, err := range all {
		if err != nil {
			return nil, err
		}
		uuid, name := of(resource)
		found[uuid] = name
	}
	return found, nil
}

func addresses(vm types.VmInstanceInventory) string {
	var list []string
	for _, nic := range vm.VmNics {
		if nic.IP != "" {
			list = append(list, nic.IP)
		}
	}
	return strings.Join(list, " ")
}
