package catdiff

import "github.com/zstack-go/zstack-go/internal/catalog"

var keyRules = []rule[*catalog.Key]{
	{"type", func(k *catalog.Key) string { return orNone(k.Type) }, breaks[*catalog.Key](refuses)},
	{"required", func(k *catalog.Key) string { return yesNo(k.Required) }, on(func(k *catalog.Key) bool { return k.Required })},
	{"range", func(k *catalog.Key) string { return interval(k.Range) }, limits(func(before, after *catalog.Key) bool {
		return isStricterRange(before.Range, after.Range)
	})},
	{"knownValues", func(k *catalog.Key) string { return counted(k.KnownValues) }, known(func(k *catalog.Key) []string { return k.KnownValues })},
	{"refersTo", func(k *catalog.Key) string { return orNone(k.RefersTo) }, informs[*catalog.Key](information)},
	{"keyRefersTo", func(k *catalog.Key) string { return orNone(k.KeyRefersTo) }, informs[*catalog.Key](information)},
}

// keySubject is how a key of a map is called in the report.
func keySubject(a *catalog.Action, p *catalog.Param, k *catalog.Key) string {
	return a.Name + "." + p.Name + "[" + k.Name + "]"
}

// keys compares what is known of the keys of a map.
func (c *comparison) keys(a *catalog.Action, before, after *catalog.Param) {
	both, gone, more := pair(before.Keys, after.Keys, func(k *catalog.Key) string { return k.Name })
	for _, k := range gone {
		c.add(parameters, removed, keySubject(a, after, k), "", verdict{true, "maps with it may be refused"})
	}
	for _, k := range more {
		text, v := k.Type, verdict{}
		if len(k.Range) > 0 {
			text, v = text+", "+interval(k.Range), verdict{true, refuses}
		}
		if k.Required {
			text, v = text+", required", verdict{true, "maps without it are refused"}
		}
		c.add(parameters, added, keySubject(a, after, k), text, v)
	}
	for _, k := range both {
		compareRows(c, parameters, keySubject(a, after, k[1]), keyRules, k[0], k[1])
	}
}
