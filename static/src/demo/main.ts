import '../base/base.css';
import '../base/kit.css';
import './demo.css';
