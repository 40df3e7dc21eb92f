package zql

import (
	"strconv"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/queries"
)

// A statement is one statement of a ZQL text.
type statement struct {
	// verb is "query", "count" or "sum".
	verb   string
	entity string
	// fields are those that the statement wants; none stands for all.
	fields []string
	// by is the field that a sum is grouped by.
	by string
	queries.Selection
	// name is nil when the statement does not have one.
	name any
}

// A parser reads a ZQL text. It keeps the first error and then sees nothing but
// the text's end.
type parser struct {
	lexer *lexer
	token token
	err   *apierr.Error
}

// parse reads the statements of a ZQL text.
func parse(text string) ([]*statement, *apierr.Error) {
	p := &parser{lexer: newLexer(text)}
	p.token = p.lexer.next()
	statements := []*statement{p.statement()}
	for p.accept(";") && p.token.kind != kindEnd {
		statements = append(statements, p.statement())
	}
	if p.token.kind != kindEnd {
		p.fail()
	}
	return statements, p.err
}

func (p *parser) at(literal string) bool {
	return p.token.kind == kindLiteral && p.token.text == literal
}

// next returns the token that stands here and goes on.
func (p *parser) next() token {
	t := p.token
	if p.err == nil {
		p.token = p.lexer.next()
	}
	return t
}

// accept goes on if a literal stands here.
func (p *parser) accept(literal string) bool {
	if !p.at(literal) {
		return false
	}
	p.next()
	return true
}

// expect goes on if a literal stands here, and fails otherwise.
func (p *parser) expect(literal string) {
	if !p.accept(literal) {
		p.fail()
	}
}

// want returns the text of a token of the kind, and fails if another stands here.
func (p *parser) want(kind tokenKind) string {
	if p.token.kind != kind {
		p.fail()
		return ""
	}
	return p.next().text
}

// fail says that what stands here cannot. After an error, what stands here is no
// part of the text.
func (p *parser) fail() {
	if p.err == nil {
		p.failWith(p.lexer.failure(p.token))
	}
}

// failWith ends the text with an error, unless there has been one.
func (p *parser) failWith(err *apierr.Error) {
	if p.err == nil {
		p.err = err
		p.token = token{kind: kindEnd}
	}
}

func (p *parser) statement() *statement {
	s := &statement{verb: p.token.text}
	s.Limit = queries.NoLimit
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
		s.entity = p.want(kindName)
		p.expect(".")
		s.fields = p.names()
		p.expect("by")
		s.by = p.want(kindName)
		p.where(s)
		p.orderBy(s)
	default:
		p.fail()
	}
	p.limits(s)
	if p.at("filter by") {
		p.failWith(apierr.Failf(apierr.CodeUnimplemented, "the simulated node does not have filters for ZQL"))
	}
	if p.accept("named as") {
		if name := p.want(kindString); name != "" {
			s.name = unquote(name)
		}
	}
	return s
}

// target reads what a statement is about. "distinct" is not a keyword: it is told
// from an entity by the parenthesis after it.
func (p *parser) target(s *statement) {
	s.entity = p.want(kindName)
	if s.entity == "distinct" && p.accept("(") {
		p.target(s)
		p.expect(")")
		if len(s.fields) > 0 {
			s.Unique = [][]string{s.fields}
		}
		return
	}
	if p.accept(".") {
		s.fields = p.names()
	}
}

func (p *parser) names() []string {
	names := []string{p.want(kindName)}
	for p.accept(",") {
		names = append(names, p.want(kindName))
	}
	return names
}

func (p *parser) where(s *statement) {
	if p.accept("where") {
		s.Where = p.condition()
	}
}

func (p *parser) restrictBy(s *statement) {
	if !p.accept("restrict by") {
		return
	}
	all := queries.AllOf{}
	if s.Where != nil {
		all = append(all, s.Where)
	}
	p.expect("(")
	for ok := true; ok; ok = p.accept(",") {
		name := p.want(kindName)
		if p.accept(".") {
			all = append(all, queries.Restriction{Entity: name, Comparison: p.comparison(p.want(kindName))})
		} else {
			all = append(all, p.comparison(name))
		}
	}
	p.expect(")")
	s.Where = all
}

func (p *parser) returnWith(s *statement) {
	if !p.accept("return with") {
		return
	}
	p.expect("(")
	for ok := true; ok; ok = p.accept(",") {
		if name := p.want(kindName); name != "total" && name != "" {
			p.failWith(apierr.Failf(apierr.CodeUnimplemented, "the simulated node does not have [%s] to return with", name))
		}
	}
	p.expect(")")
	s.Total = true
}

// groupBy puts the grouping before "distinct", as SQL does.
func (p *parser) groupBy(s *statement) {
	if p.accept("group by") {
		s.Unique = append([][]string{p.names()}, s.Unique...)
	}
}

func (p *parser) orderBy(s *statement) {
	if !p.accept("order by") {
		return
	}
	for ok := true; ok; ok = p.accept(",") {
		o := queries.Ordering{Field: p.want(kindName), Descending: p.at("desc")}
		if !p.accept("asc") {
			p.expect("desc")
		}
		s.OrderBy = append(s.OrderBy, o)
	}
}

func (p *parser) limits(s *statement) {
	if p.accept("limit") {
		s.Limit = p.number()
	}
	if p.accept("offset") {
		s.Start = p.number()
	}
}

func (p *parser) number() int {
	text := p.want(kindInt)
	n, err := strconv.Atoi(text)
	if p.err == nil && (err != nil || n < 0) {
		p.failWith(apierr.Failf(apierr.CodeInternal, "%s is neither a limit nor an offset", text))
	}
	return n
}
