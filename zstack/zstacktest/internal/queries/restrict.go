package queries

import (
	"slices"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

// A Restriction is a condition on the records of another kind that a record
// belongs to, or that belong to it, directly or by way of others. It is what ZQL's
// "restrict by" says: the volumes of a zone, for example.
type Restriction struct {
	Entity string
	Comparison
}

func (x Restriction) test(m *Matcher, k *store.Kind) (test, *apierr.Error) {
	target, err := KindOf(x.Entity)
	if err != nil {
		return nil, err
	}
	way, ok := wayTo(m.Store, k, target)
	if !ok {
		return nil, apierr.Failf(apierr.CodeInternal, "inventory class[%s] has no relation to [%s]", k.Class, x.Entity)
	}
	holds, err := x.Comparison.test(m, target)
	if err != nil {
		return nil, err
	}
	return func(r *store.Row) bool { return reaches(r, way, holds) }, nil
}

// reaches reports whether a route leads from a record to one that a test holds for.
func reaches(r *store.Row, way []link, holds test) bool {
	if len(way) == 0 {
		return holds(r)
	}
	for _, next := range way[0].follow(r) {
		if reaches(next, way[1:], holds) {
			return true
		}
	}
	return false
}

// A link leads from the records of one kind to those of another.
type link struct {
	to     *store.Kind
	follow func(*store.Row) []*store.Row
}

// wayTo returns the shortest way from the records of one kind to those of another.
func wayTo(s *store.Store, from, to *store.Kind) ([]link, bool) {
	routes := map[*store.Kind][]link{from: nil}
	for queue := []*store.Kind{from}; len(queue) > 0; queue = queue[1:] {
		k := queue[0]
		if k == to {
			return routes[k], true
		}
		for _, l := range links(s, k, to) {
			if _, known := routes[l.to]; !known {
				routes[l.to] = append(slices.Clone(routes[k]), l)
				queue = append(queue, l.to)
			}
		}
	}
	return nil, false
}

// links returns the links from the records of a kind: first to those whose UUIDs
// they hold, then to those that hold theirs.
//
// Those that only the catalogue has would relate everything to everything, by way of the
// accounts that resources belong to, so that they are but where a route ends.
func links(s *store.Store, k, target *store.Kind) []link {
	var list []link
	for _, f := range k.Fields {
		if f.Ref == "" {
			continue
		}
		list = append(list, link{store.KindNamed(f.Ref), func(r *store.Row) []*store.Row {
			uuids := r.List(f.Name)
			if f.Typ != store.TypeList {
				uuids = []string{r.Str(f.Name)}
			}
			var rows []*store.Row
			for _, uuid := range uuids {
				if other := s.Get(f.Ref, uuid); other != nil {
					rows = append(rows, other)
				}
			}
			return rows
		}})
	}
	for _, name := range store.KindNames() {
		if !store.IsOwn(name) && name != target.Name {
			continue
		}
		other := store.KindNamed(name)
		for _, f := range other.Fields {
			if f.Ref == k.Name && f.Typ != store.TypeList {
				list = append(list, link{other, func(r *store.Row) []*store.Row { return s.By(other.Name, f.Name, r.Key) }})
			}
		}
	}
	return list
}
