package catdiff

import "strings"

// allowed compares the values that a parameter or a field takes, which the server
// compares without regard to case. An empty list allows any.
func (c *comparison) allowed(subject string, before, after []string) {
	if (len(before) == 0) != (len(after) == 0) {
		v := verdict{false, relaxed}
		if len(before) == 0 {
			v = verdict{true, refuses}
		}
		c.add(values, changed, subject, arrow(anyOr(before), anyOr(after)), v)
		return
	}
	both, gone, more := pair(before, after, strings.ToLower)
	for _, value := range gone {
		c.add(values, removed, subject, value, verdict{true, refuses})
	}
	for _, value := range more {
		c.add(values, added, subject, value, verdict{})
	}
	for _, value := range both {
		if value[0] != value[1] {
			c.add(values, changed, subject, arrow(value[0], value[1]), verdict{false, "case does not matter"})
		}
	}
}

func anyOr(list []string) string {
	if len(list) == 0 {
		return "any"
	}
	return set(list)
}

// constants compares the values of an enumeration and the names of their constants.
func (c *comparison) constants(before, after dataType) {
	standsFor := make(map[string]string)
	for _, value := range after.Values {
		standsFor[after.in.ValueName(after.Type, value)] = value
	}
	_, gone, more := pair(before.Values, after.Values, same)
	for _, value := range gone {
		c.add(values, removed, before.Name, value, lostConstant(before.in.ValueName(before.Type, value), standsFor))
	}
	for _, value := range more {
		c.add(values, added, after.Name, value, verdict{})
	}
}

// lostConstant is the verdict on what no longer has its constant: the name may
// stand for something else now. standsFor holds the new edition's constants.
func lostConstant(name string, standsFor map[string]string) verdict {
	if now, ok := standsFor[name]; ok {
		return verdict{true, "compiles, but " + name + " is " + now}
	}
	return verdict{true, "the constant " + name + " is gone"}
}
