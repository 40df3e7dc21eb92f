package catalog

// A QueryFields is the names that conditions on the rows of an inventory can have.
type QueryFields struct {
	Inventory string   `json:"inventory"`
	Actions   []string `json:"actions"`
	Resource  string   `json:"resource"`
	// Nested are the names of other inventories, whose own names follow after a dot.
	Nested map[string]Nested `json:"nested"`
	// Aliases are short names for paths of nested ones.
	Aliases map[string]string `json:"aliases"`
	// Lists are the lists of scalars among the names.
	Lists []string `json:"lists"`
	// Queryable are the names; it is empty where no source lists them.
	Queryable []string `json:"queryable"`
	// OnlyInQueries are those that are no fields of the type.
	OnlyInQueries []string `json:"onlyInQueries"`
	// NotQueryable are the type's fields that no condition takes.
	NotQueryable []string `json:"notQueryable"`
}

// A Nested is an inventory that conditions on another reach.
type Nested struct {
	To string `json:"to"`
	// Key of the outer inventory is equal to Match of the inner one.
	Key   string `json:"key"`
	Match string `json:"match"`
	// Field says that the name is a field of the outer type too.
	Field bool `json:"field"`
	// Hidden ones are for aliases only.
	Hidden bool `json:"hidden"`
	// Names are the inner inventory's, where the catalogue has no type for it.
	Names []string `json:"names"`
}
