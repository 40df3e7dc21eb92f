package zstacktest

// zqlOperators maps the operators of ZQL to those of conditions.
var zqlOperators = map[string]string{
	"=": "=", "!=": "!=", ">": ">", ">=": ">=", "<": "<", "<=": "<=", "is null": "is null", "is not null": "not null",
	"in": "?=", "not in": "!?=", "like": "~=", "not like": "!~=",
}

// condition reads conditions that "or" joins.
func (p *zqlParser) condition() expr {
	anyone := anyOf{p.conjunction()}
	for p.accept("or") {
		anyone = append(anyone, p.conjunction())
	}
	if len(anyone) == 1 {
		return anyone[0]
	}
	return anyone
}

// conjunction reads conditions that "and" joins, which binds closer.
func (p *zqlParser) conjunction() expr {
	all := allOf{p.simple()}
	for p.accept("and") {
		all = append(all, p.simple())
	}
	return all
}

// simple reads a comparison or a condition in parentheses.
func (p *zqlParser) simple() expr {
	if p.accept("(") {
		e := p.condition()
		p.expect(")")
		return e
	}
	field := p.want(zqlName)
	for p.accept(".") {
		field += "." + p.want(zqlName)
	}
	return p.comparison(field)
}

// comparison reads the operator and the value of a comparison.
func (p *zqlParser) comparison(field string) comparison {
	c := comparison{field: field, op: zqlOperators[p.token.text]}
	if p.token.kind != zqlLiteral || c.op == "" {
		p.fail()
		return c
	}
	p.next()
	switch {
	case c.op == "is null" || c.op == "not null":
	case p.accept("("):
		p.valueInParentheses(&c)
	case c.op == "?=" || c.op == "!?=":
		p.fail()
	default:
		c.values = []string{p.value()}
	}
	return c
}

// valueInParentheses reads a list or a sub-query.
func (p *zqlParser) valueInParentheses(c *comparison) {
	if p.accept("query") {
		q := &subquery{entity: p.want(zqlName)}
		p.expect(".")
		q.field = p.want(zqlName)
		if p.accept("where") {
			q.where = p.condition()
		}
		c.subquery = q
	} else {
		c.values = []string{p.value()}
		for p.at(",") && (c.op == "?=" || c.op == "!?=") {
			p.next()
			c.values = append(c.values, p.value())
		}
	}
	p.expect(")")
}

func (p *zqlParser) value() string {
	switch p.token.kind {
	case zqlString:
		return unquote(p.next().text)
	case zqlInt, zqlFloat:
		return p.next().text
	}
	if p.at("true") || p.at("false") {
		return p.next().text
	}
	p.fail()
	return ""
}
