package zstacktest

import (
	"strconv"
)

// A zqlStatement is one statement of a ZQL text.
type zqlStatement struct {
	// verb is "query", "count" or "sum".
	verb   string
	entity string
	// fields are those that the statement wants; none stands for all.
	fields []string
	// by is the field that a sum is grouped by.
	by string
	selection
	// name is nil when the statement does not have one.
	name any
}

// A zqlParser reads a ZQL text. It keeps the first error and then sees nothing but
// the text's end.
type zqlParser struct {
	lexer *zqlLexer
	token zqlToken
	err   *apiError
}

// parseZQL reads the statements of a ZQL text.
func parseZQL(text string) ([]*zqlStatement, *apiError) {
	p := &zqlParser{lexer: newZQLLexer(text)}
	p.token = p.lexer.next()
	statements := []*zqlStatement{p.statement()}
	for p.accept(";") && p.token.kind != zqlEnd {
		statements = append(statements, p.statement())
	}
	if p.token.kind != zqlEnd {
		p.fail()
	}
	return statements, p.err
}

func (p *zqlParser) at(literal string) bool {
	return p.token.kind == zqlLiteral && p.token.text == literal
}

// next returns the token that stands here and goes on.
func (p *zqlParser) next() zqlToken {
	t := p.token
	if p.err == nil {
		p.token = p.lexer.next()
	}
	return t
}

// accept goes on if a literal stands here.
func (p *zqlParser) accept(literal string) bool {
	if !p.at(literal) {
		return false
	}
	p.next()
	return true
}

// expect goes on if a literal stands here, and fails otherwise.
func (p *zqlParser) expect(literal string) {
	if !p.accept(literal) {
		p.fail()
	}
}

// want returns the text of a token of the kind, and fails if another stands here.
func (p *zqlParser) want(kind zqlTokenKind) string {
	if p.token.kind != kind {
		p.fail()
		return ""
	}
	return p.next().text
}

// fail says that what stands here cannot. After an error, what stands here is no
// part of the text.
func (p *zqlParser) fail() {
	if p.err == nil {
		p.failWith(p.lexer.failure(p.token))
	}
}

// failWith ends the text with an error, unless there has been one.
func (p *zqlParser) failWith(err *apiError) {
	if p.err == nil {
		p.err = err
		p.token = zqlToken{kind: zqlEnd}
	}
}

func (p *zqlParser) statement() *zqlStatement {
	s := &zqlStatement{verb: p.token.text}
	s.limit = noLimit
	switch {
	case p.accept("query"):
		p.target(s)
		p.where(s)
		p.restrictBy(s)
		p.returnWith(s)
		p.groupBy(s)
		p.orderBy(s)
	case p.accept("count"):
		p.target(s)
		p.where(s)
		p.restrictBy(s)
		p.groupBy(s)
		p.orderBy(s)
	case p.accept("sum"):
		s.entity = p.want(zqlName)
		p.expect(".")
		s.fields = p.names()
		p.expect("by")
		s.by = p.want(zqlName)
		p.where(s)
		p.orderBy(s)
	default:
		p.fail()
	}
	p.limits(s)
	if p.at("filter by") {
		p.failWith(failf(codeUnimplemented, "the simulated node does not have filters for ZQL"))
	}
	if p.accept("named as") {
		if name := p.want(zqlString); name != "" {
			s.name = unquote(name)
		}
	}
	return s
}

// target reads what a statement is about. "distinct" is not a keyword: it is told
// from an entity by the parenthesis after it.
func (p *zqlParser) target(s *zqlStatement) {
	s.entity = p.want(zqlName)
	if s.entity == "distinct" && p.accept("(") {
		p.target(s)
		p.expect(")")
		if len(s.fields) > 0 {
			s.unique = [][]string{s.fields}
		}
		return
	}
	if p.accept(".") {
		s.fields = p.names()
	}
}

func (p *zqlParser) names() []string {
	names := []string{p.want(zqlName)}
	for p.accept(",") {
		names = append(names, p.want(zqlName))
	}
	return names
}

func (p *zqlParser) where(s *zqlStatement) {
	if p.accept("where") {
		s.where = p.condition()
	}
}

func (p *zqlParser) restrictBy(s *zqlStatement) {
	if !p.accept("restrict by") {
		return
	}
	all := allOf{}
	if s.where != nil {
		all = append(all, s.where)
	}
	p.expect("(")
	for ok := true; ok; ok = p.accept(",") {
		name := p.want(zqlName)
		if p.accept(".") {
			all = append(all, restriction{name, p.comparison(p.want(zqlName))})
		} else {
			all = append(all, p.comparison(name))
		}
	}
	p.expect(")")
	s.where = all
}

func (p *zqlParser) returnWith(s *zqlStatement) {
	if !p.accept("return with") {
		return
	}
	p.expect("(")
	for ok := true; ok; ok = p.accept(",") {
		if name := p.want(zqlName); name != "total" && name != "" {
			p.failWith(failf(codeUnimplemented, "the simulated node does not have [%s] to return with", name))
		}
	}
	p.expect(")")
	s.total = true
}

// groupBy puts the grouping before "distinct", as SQL does.
func (p *zqlParser) groupBy(s *zqlStatement) {
	if p.accept("group by") {
		s.unique = append([][]string{p.names()}, s.unique...)
	}
}

func (p *zqlParser) orderBy(s *zqlStatement) {
	if !p.accept("order by") {
		return
	}
	for ok := true; ok; ok = p.accept(",") {
		o := ordering{field: p.want(zqlName), descending: p.at("desc")}
		if !p.accept("asc") {
			p.expect("desc")
		}
		s.orderBy = append(s.orderBy, o)
	}
}

func (p *zqlParser) limits(s *zqlStatement) {
	if p.accept("limit") {
		s.limit = p.number()
	}
	if p.accept("offset") {
		s.start = p.number()
	}
}

func (p *zqlParser) number() int {
	text := p.want(zqlInt)
	n, err := strconv.Atoi(text)
	if p.err == nil && (err != nil || n < 0) {
		p.failWith(failf(codeInternal, "%s is neither a limit nor an offset", text))
	}
	return n
}
