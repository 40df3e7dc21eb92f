package catdiff

import "github.com/zstack-go/zstack-go/internal/catalog"

// errorCodes compares the error codes and the names of their constants.
func (c *comparison) errorCodes() {
	// standsFor are the codes of the new edition by their constants.
	standsFor := make(map[string]string)
	for _, e := range c.after.Errors {
		standsFor[c.after.CodeName(e)] = e.Code
	}
	lost := func(e *catalog.ErrorCode) verdict { return lostConstant(c.before.CodeName(e), standsFor) }
	both, gone, more := pair(c.before.Errors, c.after.Errors, func(e *catalog.ErrorCode) string { return e.Code })
	for _, e := range gone {
		c.add(errorCodes, removed, e.Code, "", lost(e))
	}
	for _, e := range more {
		c.add(errorCodes, added, e.Code, c.after.CodeName(e), verdict{})
	}
	rules := []rule[*catalog.ErrorCode]{
		{"prefix", func(e *catalog.ErrorCode) string { return orNone(e.Prefix) }, informs[*catalog.ErrorCode](information)},
		{"name", func(e *catalog.ErrorCode) string { return orNone(e.Name) }, informs[*catalog.ErrorCode](information)},
		{"named", func(e *catalog.ErrorCode) string { return orNone(e.Named) }, informs[*catalog.ErrorCode](information)},
		{"source", func(e *catalog.ErrorCode) string { return orNone(e.Source) }, informs[*catalog.ErrorCode](information)},
	}
	for _, e := range both {
		if was, is := c.before.CodeName(e[0]), c.after.CodeName(e[1]); was != is {
			c.add(errorCodes, changed, e[1].Code, "constant: "+arrow(was, is), lost(e[0]))
		}
		compareRows(c, errorCodes, e[1].Code, rules, e[0], e[1])
	}
}
