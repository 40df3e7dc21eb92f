package zstacktest

import (
	"slices"
)

// A restriction is a condition on the records of another kind that a record
// belongs to, or that belong to it, directly or by way of others. It is what ZQL's
// "restrict by" says: the volumes of a zone, for example.
type restriction struct {
	entity string
	comparison
}

func (x restriction) test(m *matcher, k *kind) (test, *apiError) {
	target, err := kindOf(x.entity)
	if err != nil {
		return nil, err
	}
	way, ok := wayTo(m.store, k, target)
	if !ok {
		return nil, failf(codeInternal, "inventory class[%s] has no relation to [%s]", k.class, x.entity)
	}
	holds, err := x.comparison.test(m, target)
	if err != nil {
		return nil, err
	}
	return func(r *row) bool { return reaches(r, way, holds) }, nil
}

// reaches reports whether a route leads from a record to one that a test holds for.
func reaches(r *row, way []link, holds test) bool {
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
	to     *kind
	follow func(*row) []*row
}

// wayTo returns the shortest way from the records of one kind to those of another.
func wayTo(s *store, from, to *kind) ([]link, bool) {
	routes := map[*kind][]link{from: nil}
	for queue := []*kind{from}; len(queue) > 0; queue = queue[1:] {
		k := queue[0]
		if k == to {
			return routes[k], true
		}
		for _, l := range links(s, k) {
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
func links(s *store, k *kind) []link {
	var list []link
	for _, f := range k.fields {
		if f.ref == "" {
			continue
		}
		list = append(list, link{kinds()[f.ref], func(r *row) []*row {
			uuids := r.list(f.name)
			if f.typ != typeList {
				uuids = []string{r.str(f.name)}
			}
			var rows []*row
			for _, uuid := range uuids {
				if other := s.get(f.ref, uuid); other != nil {
					rows = append(rows, other)
				}
			}
			return rows
		}})
	}
	for _, other := range kindTable {
		for _, f := range kinds()[other.name].fields {
			if f.ref == k.name && f.typ != typeList {
				list = append(list, link{kinds()[other.name], func(r *row) []*row { return s.by(other.name, f.name, r.key) }})
			}
		}
	}
	return list
}
