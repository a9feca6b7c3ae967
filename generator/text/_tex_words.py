"""The TeX that a formula may hold: words of MathJax as Anki carries it, none of which links, loads, names or redefines.

A word is here because tests/browser/test_mathjax.py has seen Anki's MathJax render it, and because it writes nothing
into an attribute but numbers; `\\tag` also a name, behind `mjx-eqn:`. Colours, widths and options do;
`_tex.py` looks at those.
"""

COMMANDS = frozenset(
    """
    And Bbbk Box Delta Diamond Finv Game Gamma Im Lambda Omega Phi Pi Psi Re S Sigma Theta Upsilon Xi aleph alpha
    angle backprime backslash beta beth bigstar blacklozenge blacksquare blacktriangle blacktriangledown bot
    checkmark chi circledR circledS clubsuit complement daleth delta diagdown diagup diamondsuit digamma ell
    emptyset epsilon eta eth exists flat forall gamma gimel hbar heartsuit hslash imath infty iota jmath kappa
    lambda lnot lozenge maltese measuredangle mho mu nabla natural neg nexists nu omega omicron partial phi pi prime
    psi rho sharp sigma spadesuit sphericalangle square tau theta top triangle triangledown upsilon varDelta
    varGamma varLambda varOmega varPhi varPi varPsi varSigma varTheta varUpsilon varXi varepsilon varkappa
    varnothing varphi varpi varrho varsigma vartheta wp xi yen zeta

    Bumpeq Cap Cup Doteq Join Leftarrow Leftrightarrow Lleftarrow Longleftarrow Longleftrightarrow Longrightarrow
    Lsh Rightarrow Rrightarrow Rsh Subset Supset Vdash Vvdash amalg approx approxeq ast asymp backepsilon backsim
    backsimeq barwedge because between bigcap bigcirc bigcup bigodot bigoplus bigotimes bigsqcup bigtriangledown
    bigtriangleup biguplus bigvee bigwedge blacktriangleleft blacktriangleright bowtie boxdot boxminus boxplus
    boxtimes bullet bumpeq cap cdot cdotp cdots centerdot circ circeq circlearrowleft circlearrowright circledast
    circledcirc circleddash colon cong coprod cup curlyeqprec curlyeqsucc curlyvee curlywedge curvearrowleft
    curvearrowright dagger dashleftarrow dashrightarrow dashv ddagger ddots diamond div divideontimes doteq doteqdot
    dotplus dotsb dotsc dotsi dotsm dotso doublebarwedge doublecap doublecup downdownarrows downharpoonleft
    downharpoonright eqcirc eqsim eqslantgtr eqslantless equiv fallingdotseq frown ge geq geqq geqslant gets gg ggg
    gggtr gnapprox gneq gneqq gnsim gt gtrapprox gtrdot gtreqless gtreqqless gtrless gtrsim gvertneqq hookleftarrow
    hookrightarrow iiiint iiint iint in int intercal intop land ldotp ldots le leadsto leftarrow leftarrowtail
    leftharpoondown leftharpoonup leftleftarrows leftrightarrow leftrightarrows leftrightharpoons
    leftrightsquigarrow leftthreetimes leq leqq leqslant lessapprox lessdot lesseqgtr lesseqqgtr lessgtr lesssim lhd
    ll lll llless lnapprox lneq lneqq lnsim longleftarrow longleftrightarrow longmapsto longrightarrow looparrowleft
    looparrowright lor lt ltimes lvertneqq mapsto mid models mp multimap nLeftarrow nLeftrightarrow nRightarrow
    nVDash nVdash ncong ne nearrow neq ngeq ngeqq ngeqslant ngtr ni nleftarrow nleftrightarrow nleq nleqq nleqslant
    nless nmid notin nparallel nprec npreceq nrightarrow nshortmid nshortparallel nsim nsubseteq nsubseteqq nsucc
    nsucceq nsupseteq nsupseteqq ntriangleleft ntrianglelefteq ntriangleright ntrianglerighteq nvDash nvdash nwarrow
    odot oint ominus oplus oslash otimes owns parallel perp pitchfork pm prec precapprox preccurlyeq preceq
    precnapprox precneqq precnsim precsim prod propto restriction rhd rightarrow rightarrowtail rightharpoondown
    rightharpoonup rightleftarrows rightleftharpoons rightrightarrows rightsquigarrow rightthreetimes risingdotseq
    rtimes searrow setminus shortmid shortparallel sim simeq smallfrown smallint smallsetminus smallsmile smile
    sqcap sqcup sqsubset sqsubseteq sqsupset sqsupseteq star subset subseteq subseteqq subsetneq subsetneqq succ
    succapprox succcurlyeq succeq succnapprox succneqq succnsim succsim sum supset supseteq supseteqq supsetneq
    supsetneqq surd swarrow therefore thickapprox thicksim times to triangleleft trianglelefteq triangleq
    triangleright trianglerighteq twoheadleftarrow twoheadrightarrow unlhd unrhd upharpoonleft upharpoonright uplus
    upuparrows vDash varpropto varsubsetneq varsubsetneqq varsupsetneq varsupsetneqq vartriangle vartriangleleft
    vartriangleright vdash vdots vee veebar wedge wr

    Arrowvert Downarrow Uparrow Updownarrow Vert arrowvert bracevert downarrow lVert langle lbrace lbrack lceil
    lfloor lgroup llcorner lmoustache lparen lrcorner lvert rVert rangle rbrace rbrack rceil rfloor rgroup
    rmoustache rparen rvert ulcorner uparrow updownarrow urcorner vert

    Bbb Big Bigg Biggl Biggm Biggr Bigl Bigm Bigr Huge LARGE LaTeX Large Pr TeX Tiny acute arccos arcsin arctan arg
    atop bar bf big bigg biggl biggm biggr bigl bigm bigr bmod boxed brace brack breve cal check choose cos cosh cot
    coth csc ddot deg degree det dim displaystyle dot dots enspace exp fbox frac frak gcd grave hat hbox hdashline hfill
    hline hom hphantom hskip hspace huge iff inf it ker kern large left lg lim liminf limits limsup llap ln log
    lower mathbb mathbf mathbfcal mathbffrak mathbfit mathbfscr mathbfsf mathbfsfit mathbfsfup mathbfup mathbin
    mathcal mathchoice mathclose mathfrak mathinner mathit mathnormal mathop mathopen mathord mathpunct mathrel
    mathrm mathscr mathsf mathsfit mathsfup mathstrut mathtt mathup max mbox middle min mit mkern mod mskip mspace
    negthinspace newline nolimits nonumber normalsize not oldstyle over overbrace overleftarrow overleftrightarrow
    overline overparen overrightarrow overset overunderset overwithdelims phantom pmb pmod pod qquad quad raise
    right rlap rm root scr scriptscriptstyle scriptsize scriptstyle sec sf sin sinh skew small smash space sqrt
    stackbin stackrel strut sup symbb symbf symbfcal symbffrak symbfit symbfscr symbfsf symbfsfit symbfsfup symbfup
    symcal symfrak symit symnormal symrm symscr symsf symsfit symsfup symtt symup tan tanh text textbf textit
    textnormal textrm textsf textstyle texttt textup thinspace tilde tiny tt underbrace underleftarrow
    underleftrightarrow underline underparen underrightarrow underset vcenter vec vphantom widehat widetilde

    binom boldsymbol cfrac dbinom ddddot dddot dfrac genfrac idotsint impliedby implies injlim mathring negmedspace
    negthickspace nobreakspace notag operatorname projlim shoveleft shoveright sideset substack tag tbinom tfrac
    varinjlim varliminf varlimsup varprojlim xleftarrow xrightarrow

    Aboxed Colonapprox Coloneq Coloneqq Colonsim Eqcolon Eqqcolon MoveEqLeft adjustlimits bigtimes centercolon clap
    colonapprox coloneq coloneqq colonsim cramped crampedclap crampedllap crampedrlap crampedsubstack dblcolon
    eqcolon eqqcolon mathclap mathllap mathmbox mathrlap ndownarrow nuparrow ordinarycolon overbracket
    splitdfrac splitfrac textclap textllap textrlap underbracket xLeftarrow xLeftrightarrow xRightarrow
    xhookleftarrow xhookrightarrow xleftharpoondown xleftharpoonup xleftrightarrow xleftrightharpoons xmapsto
    xrightharpoondown xrightharpoonup xrightleftharpoons

    bond ce longLeftrightharpoons longRightleftharpoons longleftrightarrows longrightleftharpoons pu tripledash
    xLeftrightharpoons xRightleftharpoons

    Bra Braket Ket Ketbra Set Updelta Upgamma Uplambda Upomega Upphi Uppi Uppsi Upsigma Uptheta Upupsilon Upxi
    bcancel bra braket cancel cancelto centernot color colorbox fcolorbox ket ketbra set textacutedbl textasciiacute
    textasciibreve textasciicaron textasciicircum textasciidieresis textasciimacron textasciitilde
    textasteriskcentered textbackslash textbaht textbar textbardbl textbigcircle textblank textborn textbraceleft
    textbraceright textbrokenbar textbullet textcelsius textcent textcentoldstyle textcircledP textcolonmonetary
    textcolor textcompwordmark textcopyleft textcopyright textcurrency textdagger textdaggerdbl textdegree textdied
    textdiscount textdiv textdivorced textdollar textdollaroldstyle textdong textdownarrow texteightoldstyle
    textellipsis textemdash textendash textestimated texteuro textexclamdown textfiveoldstyle textflorin
    textfouroldstyle textfractionsolidus textgravedbl textgreater textguarani textinterrobang textinterrobangdown
    textlangle textlbrackdbl textleftarrow textless textlira textlnot textlquill textmarried textmho textminus
    textmu textmusicalnote textnaira textnineoldstyle textnumero textohm textonehalf textoneoldstyle textonequarter
    textonesuperior textopenbullet textordfeminine textordmasculine textparagraph textperiodcentered
    textpertenthousand textperthousand textpeso textpm textquestiondown textquotedblleft textquotedblright
    textquoteleft textquoteright textrangle textrbrackdbl textrecipe textreferencemark textregistered textrightarrow
    textrquill textsection textservicemark textsevenoldstyle textsixoldstyle textsterling textsurd textthreeoldstyle
    textthreequarters textthreesuperior texttildelow texttimes texttrademark texttwooldstyle texttwosuperior
    textunderscore textuparrow textvisiblespace textwon textyen textzerooldstyle upalpha upbeta upchi updelta
    upepsilon upeta upgamma upiota upkappa uplambda upmu upnu upomega upomicron upphi uppi uppsi uprho upsigma uptau
    uptheta upupsilon upxi upzeta xcancel xlongequal xtofrom xtwoheadleftarrow xtwoheadrightarrow
    """.split()
)  # letters; operators and relations; delimiters; LaTeX; AMS; mathtools; mhchem; colours, cancel, braket, signs

ENVIRONMENTS = frozenset(
    """
    Bmatrix Bmatrix* Bsmallmatrix Bsmallmatrix* Vmatrix Vmatrix* Vsmallmatrix Vsmallmatrix* align align* alignat
    alignat* aligned alignedat array bmatrix bmatrix* bsmallmatrix bsmallmatrix* cases cases* crampedsubarray dcases
    dcases* drcases drcases* eqnarray eqnarray* equation equation* flalign flalign* gather gather* gathered
    lgathered matrix matrix* multline multline* multlined pmatrix pmatrix* psmallmatrix psmallmatrix* rcases rcases*
    rgathered smallmatrix smallmatrix* split subarray vmatrix vmatrix* vsmallmatrix vsmallmatrix* xalignat xalignat*
    xxalignat
    """.split()
)  # of `\begin`

SYMBOLS = frozenset("\\ ,;:!>{}|_&%#$/\n\t")  # the sign after a backslash

ACTIVE = frozenset(
    """
    href url style class cssId require def gdef edef xdef let futurelet newcommand renewcommand providecommand
    newenvironment renewenvironment DeclareMathOperator unicode includegraphics input include html htmlClass
    htmlData htmlId htmlStyle bbox mmlToken data toggle mathtip texttip action special catcode csname label ref
    eqref refeq Rule rule Space definecolor enclose setOptions mathtoolsset DeclarePairedDelimiter
    DeclarePairedDelimiterX DeclarePairedDelimiterXPP newtagform renewtagform usetagform Newextarrow verb
    """.split()
)  # what a formula must not do: for such a word the nearest allowed one would be a wrong hint
