package main

import (
	"context"
	"slices"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
)

// A cloud is what collectors read in one scrape.
type cloud struct {
	client *zstack.Client
	// zones returns the zones, which several collectors need and which are read once.
	zones func() ([]types.ZoneInventory, error)
}

func newCloud(ctx context.Context, client *zstack.Client) *cloud {
	return &cloud{client, sync.OnceValues(func() ([]types.ZoneInventory, error) {
		var zones []types.ZoneInventory
		for zone, err := range (actions.QueryZoneAction{Fields: []string{"uuid", "name"}}).All(ctx, client) {
			if err != nil {
				return nil, err
			}
			zones = append(zones, zone)
		}
		return zones, nil
	})}
}

// A count asks how many rows meet conditions. However many there are, none is sent.
type count func(ctx context.Context, where []string) (int64, error)

// tally counts the rows that meet conditions, by the values of a field. It asks for the known
// values in their order, until no row is left that could have another; what is left at the
// end counts as "other". Rows that change meanwhile can be counted twice, or not at all.
func tally(ctx context.Context, count count, within []zstack.Condition, field string, known []string) (map[string]int64, error) {
	counts := make(map[string]int64)
	left, err := count(ctx, zstack.Where(within...))
	if err != nil {
		return nil, err
	}
	for _, value := range known {
		counts[value] = 0
		if left <= 0 {
			continue
		}
		n, err := count(ctx, zstack.Where(append(slices.Clone(within), zstack.Eq(field, value))...))
		if err != nil {
			return nil, err
		}
		counts[value] = n
		left -= n
	}
	if left > 0 {
		counts["other"] = left
	}
	return counts, nil
}

// tallyByZone adds a tally of each zone, and one of what is in no zone, where there is such.
func (c *cloud) tallyByZone(ctx context.Context, into *samples, desc *prometheus.Desc, field string, known []string, count count) error {
	zones, err := c.zones()
	if err != nil {
		return err
	}
	for _, zone := range zones {
		counts, err := tally(ctx, count, []zstack.Condition{zstack.Eq("zoneUuid", zone.UUID)}, field, known)
		if err != nil {
			return err
		}
		for value, n := range counts {
			into.add(desc, float64(n), zone.UUID, zone.Name, value)
		}
	}
	counts, err := tally(ctx, count, []zstack.Condition{zstack.IsNull("zoneUuid")}, field, known)
	if err != nil {
		return err
	}
	for value, n := range counts {
		if n > 0 {
			into.add(desc, float64(n), "", "", value)
		}
	}
	return nil
}
