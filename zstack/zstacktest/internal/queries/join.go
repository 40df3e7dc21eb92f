package queries

import (
	"encoding/json"
	"strings"
	"sync"

	"github.com/zstack-go/zstack-go/internal/apidata"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

// A joined is an inventory that conditions on another reach by a name.
type joined struct {
	Name      string `json:"name"`
	Inventory string `json:"inventory"`
	Key       string `json:"key"`
	Match     string `json:"match"`
	Path      string `json:"path"`
}

var joins sync.Map // of []joined, by the kind's name

// joinsOf are those of a kind, as the catalogue has them. They are read when they are first
// asked for.
func joinsOf(k *store.Kind) []joined {
	if known, ok := joins.Load(k.Name); ok {
		return known.([]joined)
	}
	var inventory struct {
		Fields []joined `json:"fields"`
	}
	if line, ok := apidata.Inventories.Line(k.Name + "Inventory"); ok {
		if err := json.Unmarshal([]byte(line), &inventory); err != nil {
			panic("zstacktest: the inventory of " + k.Name + " is not described: " + err.Error())
		}
	}
	known, _ := joins.LoadOrStore(k.Name, inventory.Fields)
	return known.([]joined)
}

// join returns the kind that a name of the catalogue's leads to, and how to get there; nil
// when there is none.
func join(s *store.Store, k *store.Kind, head string) (*store.Kind, func(*store.Row) []*store.Row) {
	for _, j := range joinsOf(k) {
		to, _ := store.Base(strings.TrimSuffix(j.Inventory, "Inventory"))
		if j.Name != head || to == nil || j.Key == "" {
			continue
		}
		return to, func(r *store.Row) []*store.Row {
			values := r.List(j.Key)
			if value := r.Str(j.Key); value != "" {
				values = append(values, value)
			}
			var rows []*store.Row
			for _, value := range values {
				rows = append(rows, s.Holding(to.Name, j.Match, value)...)
			}
			return rows
		}
	}
	return nil, nil
}
