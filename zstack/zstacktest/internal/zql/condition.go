package zql

import "github.com/zstack-go/zstack-go/zstack/zstacktest/internal/queries"

// operators maps the operators of ZQL to those of conditions.
var operators = map[string]string{
	"=": "=", "!=": "!=", ">": ">", ">=": ">=", "<": "<", "<=": "<=", "is null": "is null", "is not null": "not null",
	"in": "?=", "not in": "!?=", "like": "~=", "not like": "!~=",
}

// condition reads conditions that "or" joins.
func (p *parser) condition() queries.Expr {
	anyone := queries.AnyOf{p.conjunction()}
	for p.accept("or") {
		anyone = append(anyone, p.conjunction())
	}
	if len(anyone) == 1 {
		return anyone[0]
	}
	return anyone
}

// conjunction reads conditions that "and" joins, which binds closer.
func (p *parser) conjunction() queries.Expr {
	all := queries.AllOf{p.simple()}
	for p.accept("and") {
		all = append(all, p.simple())
	}
	return all
}

// simple reads a comparison or a condition in parentheses.
func (p *parser) simple() queries.Expr {
	if p.accept("(") {
		e := p.condition()
		p.expect(")")
		return e
	}
	field := p.want(kindName)
	for p.accept(".") {
		field += "." + p.want(kindName)
	}
	return p.comparison(field)
}

// comparison reads the operator and the value of a comparison.
func (p *parser) comparison(field string) queries.Comparison {
	c := queries.Comparison{Field: field, Op: operators[p.token.text]}
	if p.token.kind != kindLiteral || c.Op == "" {
		p.fail()
		return c
	}
	p.next()
	switch {
	case c.Op == "is null" || c.Op == "not null":
	case p.accept("("):
		p.valueInParentheses(&c)
	case c.Op == "?=" || c.Op == "!?=":
		p.fail()
	default:
		c.Values = []string{p.value()}
	}
	return c
}

// valueInParentheses reads a list or a sub-query.
func (p *parser) valueInParentheses(c *queries.Comparison) {
	if p.accept("query") {
		q := &queries.Subquery{Entity: p.want(kindName)}
		p.expect(".")
		q.Field = p.want(kindName)
		if p.accept("where") {
			q.Where = p.condition()
		}
		c.Subquery = q
	} else {
		c.Values = []string{p.value()}
		for p.at(",") && (c.Op == "?=" || c.Op == "!?=") {
			p.next()
			c.Values = append(c.Values, p.value())
		}
	}
	p.expect(")")
}

func (p *parser) value() string {
	switch p.token.kind {
	case kindString:
		return unquote(p.next().text)
	case kindInt, kindFloat:
		return p.next().text
	}
	if p.at("true") || p.at("false") {
		return p.next().text
	}
	p.fail()
	return ""
}
