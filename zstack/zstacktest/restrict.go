package zstacktest

import "slices"

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
	route, ok := m.store.route(k, target)
	if !ok {
		return nil, failf(codeInternal, "inventory class[%s] has no relation to [%s]", k.class, x.entity)
	}
	holds, err := x.comparison.test(m, target)
	if err != nil {
		return nil, err
	}
	return func(r *row) bool { return reaches(r, route, holds) }, nil
}

// reaches reports whether a route leads from a record to one that a test holds for.
func reaches(r *row, route []link, holds test) bool {
	if len(route) == 0 {
		return holds(r)
	}
	for _, next := range route[0].follow(r) {
		if reaches(next, route[1:], holds) {
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

// route returns the shortest way from the records of one kind to those of another.
func (s *store) route(from, to *kind) ([]link, bool) {
	routes := map[*kind][]link{from: nil}
	for queue := []*kind{from}; len(queue) > 0; queue = queue[1:] {
		k := queue[0]
		if k == to {
			return routes[k], true
		}
		for _, l := range s.links(k) {
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
func (s *store) links(k *kind) []link {
	var links []link
	for _, f := range k.fields {
		if f.ref == "" {
			continue
		}
		links = append(links, link{kinds()[f.ref], func(r *row) []*row {
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
				links = append(links, link{kinds()[other.name], func(r *row) []*row { return s.by(other.name, f.name, r.key) }})
			}
		}
	}
	return links
}
