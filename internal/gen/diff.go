package main

import (
	"io"

	"github.com/zstack-go/zstack-go/internal/catalog"
	"github.com/zstack-go/zstack-go/internal/gen/catdiff"
)

// runDiff is the command "diff": it compares the catalogues in two folders by what
// changes for callers. See package catdiff.
func runDiff(args []string, out io.Writer) error {
	return catdiff.Run(args, out, func(c *catalog.Catalogue) catdiff.Language { return language{newAPI(c, nil)} })
}

// language is the generator as package catdiff sees it. Catalogues that are only
// compared need not be without problems: a type that cannot be read stays as the
// catalogue writes it.
type language struct{ g *api }

func (l language) ParamType(_ *catalog.Action, p *catalog.Param) string {
	e, err := parseType(p.Type)
	if err != nil {
		return p.Type
	}
	return l.g.paramType(e, p)
}

func (l language) FieldType(t *catalog.Type, f *catalog.Field) string {
	e, err := parseType(f.Type)
	if err != nil {
		return f.Type
	}
	typ, _ := l.g.fieldType(t, f, e, "types.")
	return typ
}

func (l language) RowType(a *catalog.Action) string { return l.g.element(a) }

func (l language) ValueName(t *catalog.Type, value string) string { return constantName(t.Name, value) }

func (l language) CodeName(e *catalog.ErrorCode) string { return codeName(e.Prefix, e.Name) }
