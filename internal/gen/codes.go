package main

// claimCodes takes the names of the error codes in package types.
func (g *api) claimCodes(names *nameSpace) {
	seen := make(map[string]bool)
	for _, e := range g.errors {
		if seen[e.Code] {
			g.add("error code %s is in the catalogue twice", e.Code)
		}
		seen[e.Code] = true
		names.claim(codeName(e.Prefix, e.Name), "error code "+e.Code)
	}
}

// codesPiece writes the error codes as constants, in the catalogue's order.
func (g *api) codesPiece() *piece {
	p := newPiece("codes")
	p.printf("// The error codes of the server.\nconst (\n")
	for _, e := range g.errors {
		name := codeName(e.Prefix, e.Name)
		p.comment(1, g.prose.ErrorCode(e, name))
		p.printf("\t%s Code = %q\n", name, e.Code)
	}
	p.printf(")\n")
	return p
}
