package catdiff

import "github.com/zstack-go/zstack-go/internal/catalog"

// A Language says how the generator writes one catalogue in Go. The generator
// itself implements it, so that its rules stand in one place.
type Language interface {
	// ParamType is the Go type of a parameter's field in its action's struct.
	ParamType(a *catalog.Action, p *catalog.Param) string
	// FieldType is the Go type of a data type's or a result's field, as another
	// package writes it.
	FieldType(t *catalog.Type, f *catalog.Field) string
	// RowType is the Go type of the rows that a query action's methods give; it is
	// empty for other actions.
	RowType(a *catalog.Action) string
	// ValueName is the name of the constant of an enumeration's value.
	ValueName(t *catalog.Type, value string) string
	// CodeName is the name of an error code's constant.
	CodeName(e *catalog.ErrorCode) string
}
