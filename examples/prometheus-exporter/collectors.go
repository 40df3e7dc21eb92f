package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
)

// A collector reads one part of a cloud.
type collector struct {
	name    string
	collect func(ctx context.Context, c *cloud, into *samples) error
}

var collectors = []collector{
	{"vms", collectVMs},
	{"hosts", collectHosts},
	{"capacity", collectCapacity},
	{"primary_storage", collectPrimaryStorage},
	{"volumes", collectVolumes},
	{"license", collectLicense},
}

// names are those of collectors.
func names(list []collector) []string {
	var names []string
	for _, c := range list {
		names = append(names, c.name)
	}
	return names
}

// without returns the collectors but for those that are named.
func without(list []collector, unwanted []string) ([]collector, error) {
	for _, name := range unwanted {
		if !slices.Contains(names(collectors), name) {
			return nil, fmt.Errorf("there is no collector %q", name)
		}
	}
	return slices.DeleteFunc(slices.Clone(list), func(c collector) bool { return slices.Contains(unwanted, c.name) }), nil
}

var (
	inZone    = []string{"zone_uuid", "zone"}
	inStorage = []string{"primary_storage_uuid", "primary_storage", "type", "zone_uuid"}

	vmInstances = prometheus.NewDesc("zstack_vm_instances",
		"VM instances by state, those included that were destroyed and not yet expunged.", slices.Concat(inZone, []string{"state"}), nil)
	hosts = prometheus.NewDesc("zstack_hosts",
		"Hosts by status.", slices.Concat(inZone, []string{"status"}), nil)
	volumes = prometheus.NewDesc("zstack_volumes",
		"Volumes by state and status, those included that were deleted and not yet expunged.", []string{"state", "status"}, nil)
	cpuCapacity = prometheus.NewDesc("zstack_cpu_capacity",
		"Virtual CPUs that the hosts of the zone can give.", inZone, nil)
	cpuAvailable = prometheus.NewDesc("zstack_cpu_available",
		"Virtual CPUs that the hosts of the zone can still give.", inZone, nil)
	memoryCapacity = prometheus.NewDesc("zstack_memory_capacity_bytes",
		"Memory that the hosts of the zone can give.", inZone, nil)
	memoryAvailable = prometheus.NewDesc("zstack_memory_available_bytes",
		"Memory that the hosts of the zone can still give.", inZone, nil)
	storageCapacity = prometheus.NewDesc("zstack_primary_storage_capacity_bytes",
		"Capacity of the primary storage, with what it may give beyond what it has.", inStorage, nil)
	storageAvailable = prometheus.NewDesc("zstack_primary_storage_available_bytes",
		"Capacity of the primary storage that is left.", inStorage, nil)
	storagePhysicalCapacity = prometheus.NewDesc("zstack_primary_storage_physical_capacity_bytes",
		"Physical capacity of the primary storage.", inStorage, nil)
	storagePhysicalAvailable = prometheus.NewDesc("zstack_primary_storage_physical_available_bytes",
		"Physical capacity of the primary storage that is left.", inStorage, nil)
)

// The values that are asked for, the usual ones first: the asking ends when all rows have been
// accounted for. What has another value counts as "other".
var (
	vmStates = []string{
		types.VmStateRunning, types.VmStateStopped, types.VmStateDestroyed, types.VmStatePaused, types.VmStateUnknown,
		types.VmStateStarting, types.VmStateStopping, types.VmStateCreated, types.VmStateMigrating, types.VmStateRebooting,
		types.VmStateDestroying, types.VmStateExpunging, types.VmStatePausing, types.VmStateResuming, types.VmStateError,
		types.VmStateVolumeMigrating, types.VmStateVolumeRecovering, types.VmStateNoState, types.VmStateCrashed, types.VmStateRegistering,
	}
	hostStatuses   = []string{types.HostStatusConnected, types.HostStatusDisconnected, types.HostStatusConnecting}
	volumeStates   = []string{types.VolumeStateEnabled, types.VolumeStateDisabled}
	volumeStatuses = []string{
		types.VolumeStatusReady, types.VolumeStatusDeleted, types.VolumeStatusNotInstantiated, types.VolumeStatusCreating, types.VolumeStatusMigrating,
	}
)

func collectVMs(ctx context.Context, c *cloud, into *samples) error {
	return c.tallyByZone(ctx, into, vmInstances, "state", vmStates, func(ctx context.Context, where []string) (int64, error) {
		return actions.QueryVmInstanceAction{Conditions: where}.Count(ctx, c.client)
	})
}

func collectHosts(ctx context.Context, c *cloud, into *samples) error {
	return c.tallyByZone(ctx, into, hosts, "status", hostStatuses, func(ctx context.Context, where []string) (int64, error) {
		return actions.QueryHostAction{Conditions: where}.Count(ctx, c.client)
	})
}

func collectVolumes(ctx context.Context, c *cloud, into *samples) error {
	count := func(ctx context.Context, where []string) (int64, error) {
		return actions.QueryVolumeAction{Conditions: where}.Count(ctx, c.client)
	}
	states := map[string]zstack.Condition{"other": zstack.NotIn("state", volumeStates...)}
	for _, state := range volumeStates {
		states[state] = zstack.Eq("state", state)
	}
	for state, condition := range states {
		counts, err := tally(ctx, count, []zstack.Condition{condition}, "status", volumeStatuses)
		if err != nil {
			return err
		}
		for status, n := range counts {
			if n > 0 || state != "other" {
				into.add(volumes, float64(n), state, status)
			}
		}
	}
	return nil
}

func collectCapacity(ctx context.Context, c *cloud, into *samples) error {
	zones, err := c.zones()
	if err != nil {
		return err
	}
	for _, zone := range zones {
		has, err := actions.GetCpuMemoryCapacityAction{ZoneUUIDs: []string{zone.UUID}}.Call(ctx, c.client)
		if err != nil {
			return err
		}
		into.add(cpuCapacity, float64(has.TotalCPU), zone.UUID, zone.Name)
		into.add(cpuAvailable, float64(has.AvailableCPU), zone.UUID, zone.Name)
		into.add(memoryCapacity, float64(has.TotalMemory), zone.UUID, zone.Name)
		into.add(memoryAvailable, float64(has.AvailableMemory), zone.UUID, zone.Name)
	}
	return nil
}

func collectPrimaryStorage(ctx context.Context, c *cloud, into *samples) error {
	query := actions.QueryPrimaryStorageAction{Fields: strings.Fields(
		"uuid name type zoneUuid totalCapacity availableCapacity totalPhysicalCapacity availablePhysicalCapacity")}
	for storage, err := range query.All(ctx, c.client) {
		if err != nil {
			return err
		}
		labels := []string{storage.UUID, storage.Name, storage.Type, storage.ZoneUUID}
		into.add(storageCapacity, float64(storage.TotalCapacity), labels...)
		into.add(storageAvailable, float64(storage.AvailableCapacity), labels...)
		into.add(storagePhysicalCapacity, float64(storage.TotalPhysicalCapacity), labels...)
		into.add(storagePhysicalAvailable, float64(storage.AvailablePhysicalCapacity), labels...)
	}
	return nil
}
